import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PlayedRanges, type Range } from "../src/video/played";

const union = (ranges: Range[]): Range[] => {
  const merged: Range[] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged[merged.length - 1];
    if (last && from <= last[1] + 0.002) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
};
const length = (ranges: Range[]) => ranges.reduce((sum, [from, to]) => sum + to - from, 0);
/** Media time in one set of ranges but not in the other. */
const apart = (a: Range[], b: Range[]) => {
  const both = length(union([...a, ...b]));
  return both - length(union(a)) + (both - length(union(b)));
};

describe("PlayedRanges", () => {
  it("joins samples into one range, through a pause", () => {
    const played = new PlayedRanges();
    played.sample(0, 0, 1);
    played.sample(0.25, 0.25, 1);
    played.sample(2, 2, 0);
    played.sample(2, 60, 1);
    played.sample(3.5, 61.5, 1);
    expect(played.take()).toEqual([[0, 3.5]]);
    expect(played.take()).toEqual([]);
  });

  it("goes on where it was taken", () => {
    const played = new PlayedRanges();
    played.sample(10, 0, 1);
    played.sample(12.3456, 2.3456, 1);
    expect(played.take()).toEqual([[10, 12.346]]);
    played.sample(13, 3, 1);
    expect(played.take()).toEqual([[12.346, 13]]);
  });

  it("closes at the true position when a seek comes between samples", () => {
    const played = new PlayedRanges();
    played.sample(5, 0, 2);
    expect(played.jump(0.2, 60)).toBeCloseTo(5.4);
    played.sample(40, 0.3, 2);
    played.sample(42, 1.3, 2);
    expect(played.take()).toEqual([
      [5, 5.4],
      [40, 42],
    ]);
  });

  it("plays nothing while stalled, paused or asleep", () => {
    const played = new PlayedRanges();
    played.sample(5, 0, 0);
    expect(played.jump(30)).toBe(5);
    played.sample(7, 31, 1);
    expect(played.jump(31 + 3600)).toBe(8);
    expect(played.take()).toEqual([[7, 8]]);
  });

  it("keeps each lap of a loop apart, and none beyond the end", () => {
    const played = new PlayedRanges();
    played.sample(9.5, 0, 1);
    played.jump(0.6, 10);
    played.sample(0, 0.21, 1);
    played.sample(3, 3.21, 1);
    played.sample(9.9, 10.11, 1);
    played.sample(0.1, 10.31, 1, 10);
    expect(played.take()).toEqual([
      [9.5, 10],
      [0, 10],
    ]);
  });

  it("does not take the first frames before a jump for the place where the view began", () => {
    const played = new PlayedRanges();
    played.sample(0, 0, 1);
    played.jump(0.2);
    played.sample(6, 0.3, 1);
    played.sample(8, 2.3, 1);
    expect(played.take()).toEqual([[6, 8]]);
    const late = new PlayedRanges();
    late.seed([
      [0, 0.1],
      [6, 8],
    ]);
    late.sample(8, 0, 1);
    late.jump(0.1);
    expect(late.take()).toEqual([
      [6, 8],
      [8, 8.1],
    ]);
    const short = new PlayedRanges();
    short.seed([[0, 0.1]]);
    expect(short.take()).toEqual([[0, 0.1]]);
  });

  it("equals what was really played under any history, to 0.25 s at each seek", () => {
    const step = fc.record({
      kind: fc.constantFrom("play", "pause", "stall", "seek", "rate", "take"),
      value: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.array(fc.integer({ min: 20, max: 250 }), { minLength: 1 }),
        (steps, gaps) => {
          const end = 60;
          const played = new PlayedRanges();
          const truth: Range[] = [];
          const found: Range[] = [];
          let now = 0;
          let position = 0;
          let rate = 1;
          let jumps = 0;
          let turn = 0;
          played.sample(position, now, 0);
          for (const { kind, value } of steps) {
            if (kind === "seek") {
              // The seek comes at any time after the last sample, and no sample is taken just before it.
              played.jump(now, end);
              position = value * end;
              jumps++;
              played.sample(position, now, 0);
            } else if (kind === "rate") rate = 0.25 + value * 2;
            else if (kind === "take") found.push(...played.take());
            else {
              const speed = kind === "play" ? rate : 0;
              played.sample(position, now, speed);
              const from = position;
              const stop = now + value * 5;
              while (now < stop && position < end) {
                const gap = Math.min((gaps[turn++ % gaps.length] ?? 250) / 1000, stop - now);
                now += gap;
                position = Math.min(end, position + gap * speed);
                // The last stretch before the next thing that happens is not sampled.
                if (now < stop) played.sample(position, now, speed);
              }
              if (position > from) truth.push([from, position]);
            }
          }
          played.sample(position, now, 0);
          found.push(...played.take());
          expect(apart(union(truth), found)).toBeLessThanOrEqual(0.25 * (jumps + 1) + 0.01);
          for (const [from, to] of found) expect(from < to && from >= 0 && to <= end).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
