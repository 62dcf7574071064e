/**
 * The lazy video module: finds the page's players, also those added later, and watches each one.
 * Must never change how a player behaves.
 */
import { guard, listen } from "../core/guard";
import type { Host } from "../core/host";
import { MEDIA_EVENTS, VideoView } from "./view";

/** Begins to watch; returns the way in for elements that are not found by themselves. */
export function start(host: Host): { watch(element: HTMLMediaElement): void } {
  const views = new Map<HTMLMediaElement, VideoView>();
  /** Those once seen in the page; a player that never was there plays on without it. */
  const attached = new WeakSet<HTMLMediaElement>();
  const known = new WeakSet<HTMLMediaElement>();
  const now = () => performance.now() / 1000;

  const watch = guard((element: HTMLMediaElement) => {
    const view = views.get(element) ?? new VideoView(element, host, now);
    views.set(element, view);
    if (element.isConnected) attached.add(element);
    if (known.has(element)) return;
    known.add(element);
    for (const type of MEDIA_EVENTS) {
      listen(element, type, () => {
        if (type === "play") watch(element);
        views.get(element)?.handle(type);
      });
    }
  });

  const find = guard(() => {
    for (const element of document.querySelectorAll("video")) watch(element);
    for (const [element, view] of views) {
      if (element.isConnected) attached.add(element);
      else if (attached.delete(element)) {
        views.delete(element);
        view.leave();
      }
    }
  });

  new MutationObserver(find).observe(document, { childList: true, subtree: true });
  host.on("leave", () => views.forEach((view) => void view.leave()));
  for (const signal of ["hide", "ask"]) host.on(signal, () => views.forEach((view) => void view.hide()));
  find();
  return { watch };
}
