/**
 * A player of its own, in a dialog, for a video that a prompt speaks of.
 * Must never play without the visitor's click: this runs inside it.
 */
import type { Host } from "../core/host";
import type { Prompt } from "../generated/wire";
import { readAddress } from "./address";
import { openDialog } from "./dialog";
import { putAction, putWords, type Surface } from "./parts";
import { findVideo, playFrom } from "./play";

/** Returns the address to play: the campaign's, else the one that the page plays under this id. */
export function readSource({ content: { video } }: Prompt, host: Host): string | undefined {
  return readAddress(video?.src) ?? readAddress(video && findVideo(video.id, host)?.currentSrc);
}

/** Opens the player and plays from the prompt's moment; undefined when there is nothing to play. */
export function openPlayer(prompt: Prompt, host: Host, onClose: () => void): Surface | undefined {
  const { content, campaignId } = prompt;
  const { video, cta, title } = content;
  const source = readSource(prompt, host);
  if (!video || !source) return undefined;
  // Two films at once are none.
  for (const other of document.querySelectorAll("video")) other.pause();
  const player = document.createElement("video");
  // Asked for in the address, the player begins there, instead of showing its first frames before it seeks.
  Object.assign(player, {
    controls: true,
    playsInline: true,
    src: `${source.replace(/#.*/, "")}#t=${video.start_at ?? 0}`,
  });
  const surface = openDialog(prompt, "player", onClose, (card, dialog) => {
    card.append(player);
    player.onloadedmetadata = () =>
      card.style.setProperty("--ratio", `${player.videoWidth / player.videoHeight || 16 / 9}`);
    const text = putWords(card, dialog, { ...content, body: "" });
    if (cta?.url) putAction(text, cta.label, cta.url, false);
    if (!title && !cta?.url) text.remove();
  });
  host.watchVideo(player, { id: video.id, title });
  playFrom(player, video, campaignId, host);
  return surface;
}
