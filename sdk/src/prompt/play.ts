/**
 * Starts a video of the page at the moment that a prompt speaks of.
 * Must never start one without the visitor's click: this runs inside it.
 */
import type { Host } from "../core/host";
import type { ContentVideo } from "../generated/wire";
import { readVideoId } from "../video/videoid";

/** Returns the page's player of this video, if there is one. */
export function findVideo(id: string, host: Host): HTMLVideoElement | undefined {
  return [...document.querySelectorAll("video")].find((element) => readVideoId(element, host) === id);
}

/** Seeks and plays; the video's next start is reported as the campaign's. */
export function playFrom(
  element: HTMLVideoElement,
  { start_at = 0 }: ContentVideo,
  campaignId: string,
  host: Host,
): void {
  host.startedBy.set(element, campaignId);
  const seek = () => {
    if (Math.abs(element.currentTime - start_at) > 0.5) element.currentTime = start_at;
  };
  // A position set before the video is known is forgotten by Safari, and counted as played up to there by Chrome.
  if (element.readyState) seek();
  else element.addEventListener("loadedmetadata", seek, { once: true });
  element.play().catch(() => {});
}
