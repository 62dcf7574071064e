import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Host } from "../src/core/host";
import { readVideoId } from "../src/video/videoid";
import { type MediaEvent, VideoView } from "../src/video/view";
import { START } from "./environment";

/** A player whose playhead the test moves; only what `VideoView` reads. */
function makePlayer(changes: Record<string, unknown> = {}) {
  const element = document.createElement("video");
  const state = {
    currentTime: 0,
    duration: 60,
    paused: true,
    ended: false,
    seeking: false,
    readyState: 4,
    playbackRate: 1,
    muted: false,
    volume: 0.5,
    loop: false,
    videoWidth: 1280,
    videoHeight: 720,
    error: null as { code: number; message: string } | null,
    played: { length: 0, start: (_: number) => 0, end: (_: number) => 0 },
    currentSrc: "https://shop.example/media/tasting.mp4?v=1",
    ...changes,
  };
  for (const key of Object.keys(state) as (keyof typeof state)[]) {
    Object.defineProperty(element, key, { get: () => state[key], configurable: true });
  }
  document.body.append(element);
  return { element, state };
}

function makeHost() {
  const tracked: { event: string; properties: Record<string, unknown> }[] = [];
  const host: Host = {
    track: (event, properties) => void tracked.push({ event, properties }),
    on: () => () => {},
    decide: () => {},
    watchVideo: () => {},
    newId: () => `view-${tracked.length}`,
    names: new WeakMap(),
    startedBy: new WeakMap(),
  };
  return { host, tracked, events: () => tracked.map(({ event }) => event.replace("Video ", "")) };
}

function makeView(changes: Record<string, unknown> = {}) {
  const { element, state } = makePlayer(changes);
  const told = makeHost();
  let now = 0;
  const view = new VideoView(element, told.host, () => now);
  const tell = (type: MediaEvent, next: Partial<typeof state> = {}) => {
    Object.assign(state, next);
    view.handle(type);
  };
  /** Plays on for so many wall seconds, with a report each quarter. */
  const play = (seconds: number) => {
    for (let left = seconds; left > 0; left -= 0.25) {
      now += Math.min(0.25, left);
      tell("timeupdate", { currentTime: state.currentTime + Math.min(0.25, left) * state.playbackRate });
    }
  };
  const begin = () => {
    tell("play", { paused: false });
    now += 0.4;
    tell("playing");
  };
  const wait = (seconds: number) => {
    now += seconds;
  };
  return { ...told, element, state, view, tell, play, begin, wait };
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  document.body.replaceChildren();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("VideoView", () => {
  it("tells a whole view", () => {
    const { tell, begin, play, events, tracked } = makeView();
    begin();
    play(12);
    tell("pause", { paused: true });
    tell("play", { paused: false });
    tell("playing");
    play(48);
    tell("pause", { paused: true, ended: true });
    tell("ended");
    expect(events()).toEqual([
      "Playback Started",
      "Content Started",
      "Content Playing",
      "Playback Paused",
      "Playback Resumed",
      ...Array(4).fill("Content Playing"),
      "Content Completed",
      "Playback Completed",
    ]);
    expect(tracked[1]?.properties).toMatchObject({
      content_asset_id: "tasting",
      session_id: "view-0",
      position: 0,
      total_length: 60,
      livestream: false,
      sound: 50,
      full_screen: false,
      video_player: "html5",
      startup_ms: 400,
    });
    const played = tracked.flatMap(({ properties }) => properties.played as [number, number][]);
    expect(played[0]?.[0]).toBe(0);
    for (let i = 1; i < played.length; i++) expect(played[i]?.[0]).toBe(played[i - 1]?.[1]);
    expect(played[played.length - 1]?.[1]).toBe(60);
  });

  it("begins a new view when a finished video is played again", () => {
    const { tell, begin, play, tracked } = makeView();
    begin();
    play(60);
    tell("ended", { ended: true, paused: true });
    tell("play", { ended: false, paused: false, currentTime: 0 });
    expect(tracked[tracked.length - 1]).toMatchObject({
      event: "Video Playback Started",
      properties: { played: [] },
    });
    expect(tracked[tracked.length - 1]?.properties.session_id).not.toBe("view-0");
  });

  it("takes a storm of seeks for one, and counts nothing between", () => {
    const { tell, begin, play, wait, tracked, events } = makeView();
    begin();
    play(3);
    for (const currentTime of [20, 25, 40]) {
      wait(0.05);
      tell("seeking", { currentTime, seeking: true });
      tell("seeked", { seeking: false });
      vi.advanceTimersByTime(100);
    }
    vi.advanceTimersByTime(300);
    play(2);
    tell("pause", { paused: true });
    expect(events().slice(2)).toEqual([
      "Playback Seek Started",
      "Playback Seek Completed",
      "Playback Paused",
    ]);
    expect(tracked[2]?.properties).toMatchObject({ position: 3.05, seek_position: 20, played: [[0, 3.05]] });
    const played = tracked.slice(3).flatMap(({ properties }) => properties.played as [number, number][]);
    expect(played.reduce((sum, [from, to]) => sum + to - from, 0)).toBeCloseTo(2.1, 1);
    expect(played[played.length - 1]?.[1]).toBeCloseTo(42);
  });

  it("leaves with what was played when the page is hidden, and then goes on", () => {
    const { view, tell, begin, play, tracked } = makeView();
    begin();
    play(2.5);
    view.hide();
    view.hide();
    play(1);
    view.leave();
    view.hide();
    expect(tracked.slice(2).map(({ event, properties }) => [event, properties.played])).toEqual([
      ["Video Content Playing", [[0, 2.5]]],
      ["Video Playback Exited", [[2.5, 3.5]]],
    ]);
    tell("pause", { paused: true });
    expect(tracked[tracked.length - 1]?.event).toBe("Video Playback Paused");
  });

  it("tells stalls, and plays nothing in them", () => {
    const { tell, begin, play, wait, tracked, events } = makeView();
    begin();
    play(1);
    tell("waiting");
    wait(8);
    tell("playing");
    play(1);
    tell("pause", { paused: true });
    expect(events().slice(2)).toEqual([
      "Playback Buffer Started",
      "Playback Buffer Completed",
      "Playback Paused",
    ]);
    const played = tracked.flatMap(({ properties }) => properties.played as [number, number][]);
    expect(played).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it("counts each lap of a loop, and completes the content once", () => {
    const { tell, begin, play, wait, tracked, events } = makeView({ loop: true, duration: 4 });
    begin();
    for (let lap = 0; lap < 2; lap++) {
      play(3.75);
      wait(0.25);
      tell("seeking", { currentTime: 0, seeking: true });
      tell("seeked", { seeking: false });
    }
    tell("pause", { paused: true });
    expect(events().slice(2)).toEqual(["Content Completed", "Playback Paused"]);
    expect(tracked[2]?.properties.played).toEqual([[0, 4]]);
    expect(tracked[3]?.properties.played).toEqual([[0, 4]]);
  });

  it("says what a prompt's click began, once", () => {
    const { host, element, begin, tell, tracked } = makeView({ currentTime: 40 });
    host.startedBy.set(element, "spring");
    begin();
    tell("pause", { paused: true });
    expect(tracked.map(({ properties }) => properties.started_by_prompt)).toEqual([
      "spring",
      undefined,
      undefined,
    ]);
  });

  it("catches up with a player that began before the SDK came", () => {
    const { tracked } = makeView({
      paused: false,
      currentTime: 7.5,
      played: { length: 1, start: () => 2, end: () => 7.5 },
    });
    expect(tracked.map(({ event }) => event)).toEqual(["Video Playback Started", "Video Content Started"]);
    expect(tracked[0]?.properties.played).toEqual([[2, 7.5]]);
    expect(tracked[1]?.properties.startup_ms).toBeUndefined();
  });

  it("tells a failure with its code, and another source as an exit", () => {
    const failed = makeView();
    failed.begin();
    failed.tell("error", { error: { code: 2, message: "network" } });
    expect(failed.tracked[2]).toMatchObject({
      event: "Video Playback Interrupted",
      properties: { method: "error", error: "2 network" },
    });
    const changed = makeView();
    changed.begin();
    changed.play(1);
    changed.tell("emptied", { currentTime: 0, readyState: 0, duration: Number.NaN });
    expect(changed.tracked[2]).toMatchObject({
      event: "Video Playback Exited",
      properties: { position: 1, total_length: 60, played: [[0, 1]] },
    });
  });

  it("gives a live stream no length", () => {
    const { begin, tracked } = makeView({ duration: Number.POSITIVE_INFINITY });
    begin();
    expect(tracked[0]?.properties).toMatchObject({ total_length: null, livestream: true });
  });
});

describe("readVideoId", () => {
  it("takes the given name, the attribute, the id, the file, in this order", () => {
    const { host } = makeHost();
    const { element, state } = makePlayer();
    expect(readVideoId(element, host)).toBe("tasting");
    state.currentSrc = "blob:https://shop.example/0f";
    expect(readVideoId(element, host)).toBe(location.pathname);
    element.id = "player";
    expect(readVideoId(element, host)).toBe("player");
    element.dataset.kikkakeVideo = "tour";
    expect(readVideoId(element, host)).toBe("tour");
    host.names.set(element, { id: "given" });
    expect(readVideoId(element, host)).toBe("given");
  });

  it("says over which connection and from which host the media comes", () => {
    Object.defineProperty(navigator, "connection", { value: { effectiveType: "3g" }, configurable: true });
    const { begin, tracked } = makeView({
      currentSrc: "https://who:secret@cdn.example:8443/film.mp4?token=1",
    });
    begin();
    expect(tracked[1]?.properties).toMatchObject({ connection: "3g", host: "cdn.example:8443" });
    Reflect.deleteProperty(navigator, "connection");
    const scripted = makeView({ currentSrc: "blob:https://shop.example/1f0e" });
    scripted.begin();
    const { connection, host } = scripted.tracked[1]?.properties ?? {};
    expect([connection, host]).toEqual([undefined, undefined]);
  });
});
