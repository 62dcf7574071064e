/**
 * Turns what one media element does into the events of the Segment Video spec, with the ranges really played.
 * Must never count a stretch twice within a view, nor lose the open one when the page is hidden.
 */
import type { Host } from "../core/host";
import { PlayedRanges, type Range } from "./played";
import { readVideoId } from "./videoid";

export const HEARTBEAT_S = 10;
/** Scrubbing gives a storm of seeks; it is one seek until the playhead has rested this long. */
const SEEK_REST_MS = 300;

export const MEDIA_EVENTS = [
  "play",
  "playing",
  "pause",
  "waiting",
  "timeupdate",
  "seeking",
  "seeked",
  "ratechange",
  "ended",
  "error",
  "emptied",
  "resize",
] as const;
export type MediaEvent = (typeof MEDIA_EVENTS)[number];

/** Over which connection the media comes, as far as the browser says, and from where; a script's own stream has no host. */
function describeDelivery({ currentSrc }: HTMLMediaElement): Record<string, string | undefined> {
  const { connection } = navigator as Navigator & { connection?: { effectiveType?: string } };
  return {
    connection: connection?.effectiveType,
    host: /^https?:\/\/(?:[^/?#]*@)?([^/?#]+)/.exec(currentSrc)?.[1],
  };
}

export class VideoView {
  private _element: HTMLMediaElement;
  private _host: Host;
  /** Wall time in seconds, from any origin. */
  private _now: () => number;
  private _ranges = new PlayedRanges();
  private _sessionId = "";
  private _assetId = "";
  private _askedAt = 0;
  private _lastSent = 0;
  private _contentStarted = false;
  private _contentCompleted = false;
  private _paused = false;
  private _stalled = false;
  private _height = 0;
  /** Seconds; undefined while unknown, and for a live stream. */
  private _length: number | undefined;
  private _seeking = false;
  private _restTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(element: HTMLMediaElement, host: Host, now: () => number) {
    this._element = element;
    this._host = host;
    this._now = now;
    this._measure();
    this._catchUp();
  }

  handle(type: MediaEvent): void {
    if (this._element.readyState) this._measure();
    if (type === "seeking") return this._seekStarted();
    if (type === "emptied") return this.leave();
    this._sample();
    if (type === "play") return this._play();
    if (!this._sessionId) return;
    if (type === "playing") this._playing();
    else if (type === "timeupdate") this._beat();
    else if (type === "waiting") this._stall();
    else if (type === "pause") this._pause();
    else if (type === "seeked") this._seeked();
    else if (type === "ended") this._ended();
    else if (type === "resize") this._quality();
    else if (type === "error") this._failed();
  }

  /** What was played so far leaves now: the page may never come back, or a decision is about to be made on it. */
  hide(): void {
    this._sample();
    const played = this._ranges.take();
    this._settleSeek();
    if (played.length && this._sessionId) this._send("Video Content Playing", {}, played);
    else this._ranges.seed(played);
  }

  /** The view is over: the page is left, the element is gone, or it plays something else. */
  leave(): void {
    let position = this._element.currentTime;
    if (this._element.readyState) this._sample();
    else position = this._ranges.jump(this._now(), this._length);
    if (!this._sessionId) return;
    this._settleSeek();
    this._send("Video Playback Exited", { position });
    // Should the page come back, play goes on in the same view.
    if (!this._element.readyState || !this._element.isConnected) this._close();
  }

  /** The SDK came after the player: the element itself remembers what it has played. */
  private _catchUp(): void {
    const { played, paused, ended } = this._element;
    const ranges = Array.from({ length: played.length }, (_, i): Range => [played.start(i), played.end(i)]);
    this._ranges.seed(ranges);
    if (ended || (paused && !ranges.length)) return;
    this._sample();
    this._play();
    if (ranges.length) this._playing(true);
    if (paused) this._pause();
  }

  private _sample(): void {
    const { seeking, currentTime, paused, playbackRate, readyState } = this._element;
    if (seeking) return;
    const speed = paused || this._stalled || readyState < 3 ? 0 : playbackRate;
    this._ranges.sample(currentTime, this._now(), speed, this._length);
  }

  private _play(): void {
    if (!this._sessionId) {
      this._sessionId = this._host.newId();
      this._assetId = readVideoId(this._element, this._host);
      this._askedAt = this._now();
      this._contentStarted = this._contentCompleted = false;
      this._send("Video Playback Started");
    } else if (this._paused) this._send("Video Playback Resumed");
    this._paused = false;
  }

  private _playing(late?: boolean): void {
    const stalled = this._stalled;
    this._stalled = false;
    this._sample();
    if (!this._contentStarted) {
      this._contentStarted = true;
      this._height = (this._element as HTMLVideoElement).videoHeight;
      const startup = Math.round((this._now() - this._askedAt) * 1000);
      const startedIn = late ? {} : { startup_ms: startup };
      this._send("Video Content Started", { ...startedIn, ...describeDelivery(this._element) });
    } else if (stalled) this._send("Video Playback Buffer Completed");
  }

  private _beat(): void {
    if (this._contentStarted && !this._paused && this._now() - this._lastSent >= HEARTBEAT_S) {
      this._send("Video Content Playing");
    }
  }

  private _stall(): void {
    const { seeking, ended, paused } = this._element;
    if (seeking || ended || paused || this._stalled || !this._contentStarted) return;
    this._stalled = true;
    this._sample();
    this._send("Video Playback Buffer Started");
  }

  private _pause(): void {
    // The end pauses too, and says so itself.
    if (this._element.ended || this._paused) return;
    this._paused = true;
    this._send("Video Playback Paused");
  }

  private _seekStarted(): void {
    const length = this._length;
    const from = this._ranges.jump(this._now(), length);
    if (!this._sessionId) return;
    const { loop, currentTime } = this._element;
    if (loop && length && currentTime < 1 && from > length - 0.5) {
      // A lap: the browser seeks to the start by itself.
      if (!this._contentCompleted) this._send("Video Content Completed", { position: from });
      this._contentCompleted = true;
      return;
    }
    if (!this._seeking) {
      this._send("Video Playback Seek Started", { position: from, seek_position: currentTime });
    }
    this._seeking = true;
    clearTimeout(this._restTimer);
  }

  private _seeked(): void {
    clearTimeout(this._restTimer);
    if (this._seeking) this._restTimer = setTimeout(() => this._settleSeek(), SEEK_REST_MS);
  }

  private _settleSeek(): void {
    clearTimeout(this._restTimer);
    if (!this._seeking) return;
    this._seeking = false;
    this._sample();
    this._send("Video Playback Seek Completed");
  }

  private _ended(): void {
    this._settleSeek();
    if (!this._contentCompleted) this._send("Video Content Completed");
    this._send("Video Playback Completed");
    this._close();
  }

  private _quality(): void {
    const { videoHeight, videoWidth } = this._element as HTMLVideoElement;
    if (!this._contentStarted || !videoHeight || videoHeight === this._height) return;
    const first = !this._height;
    this._height = videoHeight;
    // The size that it starts with is no change.
    if (first) return;
    this._send("Video Quality Updated", { quality: `${videoWidth}x${videoHeight}` });
  }

  private _failed(): void {
    const { error } = this._element;
    this._send("Video Playback Interrupted", {
      method: "error",
      error: `${error?.code ?? 0} ${error?.message ?? ""}`.trim(),
    });
    this._close();
  }

  private _close(): void {
    this._sessionId = "";
    this._paused = this._stalled = this._seeking = false;
    this._ranges = new PlayedRanges();
  }

  /** Remembers the length: an element that was given another source has already forgotten it. */
  private _measure(): void {
    const { duration } = this._element;
    if (duration > 0) this._length = duration === Number.POSITIVE_INFINITY ? undefined : duration;
  }

  private _send(event: string, more: Record<string, unknown> = {}, played = this._ranges.take()): void {
    const element = this._element;
    const name = this._host.names.get(element);
    const startedBy = this._host.startedBy.get(element);
    const properties: Record<string, unknown> = {
      session_id: this._sessionId,
      content_asset_id: this._assetId,
      title: name?.title || element.title || element.getAttribute("aria-label") || this._assetId,
      position: element.currentTime,
      total_length: this._length ?? null,
      livestream: element.duration === Number.POSITIVE_INFINITY,
      sound: element.muted ? 0 : Math.round(element.volume * 100),
      full_screen: !!document.fullscreenElement?.contains(element),
      video_player: element.closest(".video-js") ? "video.js" : "html5",
      played,
      ...more,
    };
    if (startedBy && /Started$|Resumed$/.test(event)) {
      properties.started_by_prompt = startedBy;
      this._host.startedBy.delete(element);
    }
    this._lastSent = this._now();
    properties.position = Math.round((properties.position as number) * 1000) / 1000;
    this._host.track(event, properties);
  }
}
