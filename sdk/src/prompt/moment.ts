/**
 * Waits for the moment at which a prompt is due.
 * Must never change the page, nor keep a listener after it was told to stop.
 */
import { guard, listen } from "../core/guard";
import type { Host } from "../core/host";
import type { TriggerVideo, When, WhenType } from "../generated/wire";
import { readVideoId } from "../video/videoid";

export interface Fired {
  video?: TriggerVideo;
  event?: string;
}

type Fire = (fired?: Fired) => void;
type Stop = () => void;
type Arm = (when: When, fire: Fire, host: Host) => Stop;

const PASSIVE = { passive: true, capture: true };

const after = (seconds: number, fire: Fire): Stop => {
  const timer = setTimeout(() => fire(), seconds * 1000);
  return () => clearTimeout(timer);
};

const armScroll: Arm = ({ share = 0.5 }, fire) => {
  // The deepest line seen so far: what is in view has been reached.
  const check = () => {
    const { scrollHeight } = document.documentElement;
    if (scrollY > 0 && (scrollY + innerHeight) / scrollHeight >= share - 0.001) fire();
  };
  const soon = setTimeout(guard(check));
  const stop = listen(window, "scroll", check, PASSIVE);
  return () => {
    clearTimeout(soon);
    stop();
  };
};

const DWELL_STEP_MS = 250;

const armDwell: Arm = ({ seconds = 0 }, fire) => {
  let left = seconds * 1000;
  const timer = setInterval(() => {
    if (document.hidden) return;
    left -= DWELL_STEP_MS;
    if (left <= 0) fire();
  }, DWELL_STEP_MS);
  return () => clearInterval(timer);
};

/** On a touch screen nobody's pointer leaves the window: going back up in a hurry is the sign. */
const HURRY_PX = 300;
const HURRY_MS = 400;

const armExit: Arm = (_when, fire) => {
  let top = scrollY;
  let since = performance.now();
  const stops = [
    listen(document.documentElement, "mouseout", (event) => {
      const { relatedTarget, clientY } = event as MouseEvent;
      if (!relatedTarget && clientY <= 0) fire();
    }),
    listen(document.documentElement, "mouseleave", (event) => (event as MouseEvent).clientY <= 0 && fire()),
    listen(
      window,
      "scroll",
      () => {
        const now = performance.now();
        if (scrollY > top || now - since > HURRY_MS) {
          top = scrollY;
          since = now;
        } else if (matchMedia("(pointer: coarse)").matches && top - scrollY > HURRY_PX) fire();
      },
      PASSIVE,
    ),
  ];
  return () => stops.forEach((stop) => void stop());
};

const armIdle: Arm = ({ seconds = 30 }, fire) => {
  let stopTimer = after(seconds, fire);
  const restart = () => {
    stopTimer();
    stopTimer = after(seconds, fire);
  };
  const stops = ["pointermove", "pointerdown", "keydown", "scroll", "touchstart"].map((type) =>
    listen(window, type, restart, PASSIVE),
  );
  return () => {
    stopTimer();
    for (const stop of stops) stop();
  };
};

const armElement: Arm = ({ selector = "" }, fire) => {
  const seen = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) fire();
  });
  const find = guard(() => {
    const element = document.querySelector(selector);
    if (!element) return;
    awaited.disconnect();
    seen.observe(element);
  });
  const awaited = new MutationObserver(find);
  awaited.observe(document, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["class", "id"],
  });
  find();
  return () => {
    awaited.disconnect();
    seen.disconnect();
  };
};

/** Media events do not bubble; captured at the document they tell of every player, also of later ones. */
const armVideo =
  (types: string[], state: string, due: (element: HTMLMediaElement, when: When) => boolean): Arm =>
  (when, fire, host) => {
    const stops = types.map((type) =>
      listen(
        document,
        type,
        ({ target }) => {
          if (!(target instanceof HTMLMediaElement) || target.seeking) return;
          const id = readVideoId(target, host);
          if ((when.video ?? id) !== id || !due(target, when)) return;
          fire({ video: { id, position: target.currentTime, state } });
        },
        { capture: true },
      ),
    );
    return () => stops.forEach((stop) => void stop());
  };

const ARMS: Record<WhenType, Arm> = {
  immediate: (_when, fire) => after(0, fire),
  delay: ({ seconds = 0 }, fire) => after(seconds, fire),
  scroll: armScroll,
  dwell: armDwell,
  exit_intent: armExit,
  idle: armIdle,
  element: armElement,
  video_time: armVideo(
    ["timeupdate", "playing", "seeked"],
    "playing",
    (element, { at = 0 }) => !element.paused && element.currentTime >= at,
  ),
  video_paused: armVideo(["pause"], "paused", (element) => !element.ended),
  video_ended: armVideo(["ended"], "ended", () => true),
  custom: ({ event = "" }, fire, host) => host.on(event, () => fire({ event })),
};

/** These may come again on one page, and each time may be the right one. */
export const REPEATABLE: WhenType[] = ["custom", "video_paused", "video_ended", "exit_intent"];

/** Calls `fire` whenever `when` comes true, never before this function has returned; returns the stop function. */
export function armMoment(when: When, host: Host, fire: Fire): Stop {
  return ARMS[when.type ?? "immediate"]?.(when, guard(fire), host) ?? (() => {});
}
