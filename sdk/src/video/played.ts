/**
 * Adds up which stretches of a video were really played, from what the player shows now and then.
 * Must never read a clock or an element: position, time and rate are fed in, so that any history can be tested.
 */

/** Seconds of media time. */
export type Range = [from: number, to: number];

/** Players report their position four times a second; a jump beyond what play explains by this much is a jump. */
const JUMP_SLACK_S = 0.3;
/** Positions may tremble backwards by this much without a seek. */
const BACKWARD_SLACK_S = 0.05;
/** Longest stretch assumed played between the last sample and a seek; a sleeping computer plays nothing. */
const LONGEST_GUESS_S = 1;

/**
 * A first stretch shorter than this before a seek is no viewing: a player told to start elsewhere shows its beginning for a
 * moment, and that must not become the place where the view began. Less than the ranges are exact to.
 */
const SLIVER_S = 0.25;

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

export class PlayedRanges {
  private _closed: Range[] = [];
  private _from = 0;
  private _to = 0;
  private _at = 0;
  private _speed = 0;
  private _open = false;
  private _begun = false;

  /**
   * Notes the playhead at `position` at wall time `now` (seconds, any origin). `speed` is media seconds per wall
   * second from here on: the playback rate, or 0 while paused or stalled. `end` is the length, if there is one.
   */
  sample(position: number, now: number, speed: number, end?: number): void {
    if (this._open) {
      const explained = (now - this._at) * Math.max(speed, this._speed) * 1.05 + JUMP_SLACK_S;
      // A jump that no seek announced: a lap of a loop, or a gap that a streaming player skipped.
      if (position < this._to - BACKWARD_SLACK_S || position > this._to + explained) this.jump(now, end);
    }
    if (!this._open) {
      this._open = true;
      this._from = this._to = position;
    }
    this._to = Math.max(this._to, position);
    this._at = now;
    this._speed = speed;
  }

  /** The playhead leaves for elsewhere, at the latest from `end`; returns where it had got to. */
  jump(now: number, end = Number.POSITIVE_INFINITY): number {
    if (this._open) {
      const guess = this._to + Math.min(Math.max(now - this._at, 0), LONGEST_GUESS_S) * this._speed;
      this._to = Math.max(this._to, Math.min(guess, end));
      if (this._begun || this._to - this._from >= SLIVER_S) this._close();
      this._open = false;
    }
    return this._to;
  }

  /** Adds stretches that were played before anyone looked. */
  seed(ranges: readonly Range[]): void {
    const played = ranges.filter(
      ([from, to], turn) => to > from && (turn || !ranges[1] || to - from >= SLIVER_S),
    );
    this._closed.push(...played);
    this._begun ||= played.length > 0;
  }

  /** Returns what was played since the last call; each lap and each stretch between seeks is its own range. */
  take(): Range[] {
    if (this._open) {
      this._close();
      this._from = this._to;
    }
    return this._closed.splice(0);
  }

  private _close(): void {
    const range: Range = [round(this._from), round(this._to)];
    if (range[1] <= range[0]) return;
    this._begun = true;
    this._closed.push(range);
  }
}
