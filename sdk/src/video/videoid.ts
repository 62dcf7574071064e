/**
 * Names a media element, for the player's events and for prompts that wait for a moment in it.
 * Must never give two names to one element within a page, nor a name that changes from visit to visit.
 */
import type { Host } from "../core/host";

/** Returns the id from `attachVideo`, `data-kikkake-video`, `id` or the file's name; the page's path if all fail. */
export function readVideoId(element: HTMLMediaElement, host: Host): string {
  const source = element.currentSrc || element.src || element.querySelector("source")?.src || "";
  // A blob's address is made anew on each visit.
  const file = source.startsWith("blob:")
    ? ""
    : source
        .split(/[?#]/)[0]
        ?.split("/")
        .pop()
        ?.replace(/\.\w+$/, "");
  return (
    host.names.get(element)?.id || element.dataset.kikkakeVideo || element.id || file || location.pathname
  );
}
