/**
 * Describes the page for messages and notices navigation within it.
 * Must never count a change of the hash, or the same address twice in a row, as a page view.
 */
import { guard, listen } from "./guard";

export interface PageContext extends Record<string, string> {
  url: string;
  path: string;
  title: string;
  referrer: string;
  search: string;
}

/** Returns the page as Segment's clients describe it. */
export function readPage(referrer: string): PageContext {
  const { href, pathname, search } = location;
  return { url: href, path: pathname, title: document.title, referrer, search };
}

const addressOf = () => location.href.split("#")[0] ?? "";

/**
 * Calls `onView(referrer)` once for each new address, and again when the browser brings the page back from its cache.
 * It waits a turn, since single-page apps set the title after the address; `settle` calls it at once, so that what
 * happens on the new page never comes before its page view.
 */
export function watchNavigation(onView: (referrer: string) => void): { settle(): void } {
  let address = addressOf();
  const settle = () => {
    const next = addressOf();
    if (next === address) return;
    const referrer = address;
    address = next;
    onView(referrer);
  };
  const soon = () => void setTimeout(guard(settle));
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (this: History, ...args) {
      original.apply(this, args);
      soon();
    };
  }
  listen(window, "popstate", soon);
  listen(window, "pageshow", (event) => (event as PageTransitionEvent).persisted && onView(address));
  return { settle };
}
