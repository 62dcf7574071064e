/**
 * Says when a prompt has really been seen: half of it in view, in a visible page, for a second on end.
 * Must never count an impression in a hidden tab.
 */
import { listen } from "../core/guard";

const SEEN_MS = 1000;

/** Calls `onSeen` once; returns the function that stops waiting. */
export function whenSeen(element: Element, onSeen: () => void): () => void {
  let inView = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const check = () => {
    if (!inView || document.hidden) {
      clearTimeout(timer);
      timer = undefined;
    } else
      timer ??= setTimeout(() => {
        stop();
        onSeen();
      }, SEEN_MS);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      inView = (entries[entries.length - 1]?.intersectionRatio ?? 0) >= 0.5;
      check();
    },
    { threshold: [0, 0.5, 1] },
  );
  const unlisten = listen(document, "visibilitychange", check);
  const stop = () => {
    clearTimeout(timer);
    observer.disconnect();
    unlisten();
  };
  observer.observe(element);
  return stop;
}
