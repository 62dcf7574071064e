/**
 * The kinds that leave the page in the visitor's hands: bar, toast, inline and the bubble of a video.
 * Must never take the focus, move the page, or lie over the form field that someone is typing in.
 */
import { listen } from "../core/guard";
import type { Prompt } from "../generated/wire";
import { readAddress } from "./address";
import { isTyping } from "./field";
import {
  type Listeners,
  make,
  makeHost,
  PLAY,
  putAction,
  putActions,
  putCloser,
  putIcon,
  putImage,
  putWords,
  type Surface,
} from "./parts";
import { readTexts } from "./texts";

/** A toast goes by itself; the mouse or the focus on it stops the clock. */
const TOAST_S = 20;

const standing: HTMLElement[] = [];

/** What stands at the lower edge stands above what came there first. */
function stack(): void {
  let low = 0;
  let corner = 0;
  for (const kind of ["bar", "video", "toast"]) {
    for (const host of standing) {
      const card = host.shadowRoot?.querySelector<HTMLElement>(".card");
      if (host.dataset.kind !== kind || !card) continue;
      // Only on a phone do the two lower corners lie above one another.
      const lift = low + (innerWidth < 480 ? corner : 0);
      host.style.setProperty("--lift", `${lift}px`);
      if (kind === "bar") low += card.offsetHeight;
      else corner = card.offsetHeight + 12;
    }
  }
}

/** Steps aside while a form field of the page that it covers has the focus; returns the function that stops that. */
function keepClear(host: HTMLElement, card: HTMLElement): () => void {
  const check = () => {
    const field = document.activeElement;
    const a = field?.getBoundingClientRect();
    const b = card.getBoundingClientRect();
    const covers =
      a &&
      field !== host &&
      isTyping() &&
      a.left < b.right &&
      b.left < a.right &&
      a.top < b.bottom &&
      b.top < a.bottom;
    host.style.visibility = covers ? "hidden" : "";
  };
  const stops = ["focusin", "focusout", "scroll", "resize"].map((type) =>
    // During `focusout` the next element has no focus yet.
    listen(window, type, () => void setTimeout(check), { passive: true, capture: true }),
  );
  return () => stops.forEach((stop) => void stop());
}

function expire(host: HTMLElement, onExpire: () => void): () => void {
  let left = TOAST_S;
  const timer = setInterval(() => {
    if (!document.hidden && !host.matches(":hover,:focus-within") && --left <= 0) onExpire();
  }, 1000);
  return () => clearInterval(timer);
}

/** The still picture of a video: the campaign's own, else the video's at its moment. */
function putStill(card: HTMLElement, { content }: Prompt): void {
  const still = make(card, "div", "still");
  const { src, start_at = 0 } = content.video ?? {};
  const address = readAddress(src);
  if (content.image) putImage(still, content);
  else if (address) {
    const video = make(still, "video");
    Object.assign(video, {
      muted: true,
      playsInline: true,
      preload: "metadata",
      src: `${address}#t=${start_at}`,
    });
    video.setAttribute("aria-hidden", "true");
    video.tabIndex = -1;
  }
  putIcon(still, PLAY);
}

function fill(box: HTMLElement, card: HTMLElement, prompt: Prompt, listeners: Listeners): void {
  const { content, kind } = prompt;
  if (kind === "video") {
    putStill(card, prompt);
    const { cta } = content;
    const text = putWords(card, box, { ...content, body: "" });
    // The label is the player's link when it leads somewhere.
    const label = (!cta?.url && cta?.label) || readTexts().play;
    listen(putAction(text, label, undefined, false), "click", listeners.onClick);
  } else {
    putImage(card, content);
    putActions(putWords(card, box, content), content, listeners);
  }
  // Last, so that the keyboard comes to it last.
  putCloser(card, listeners.onDismiss);
}

/** Finds the page's place of this name. */
function findSlot(name: string | undefined): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>("[data-kikkake-slot]")].find(
    ({ dataset }) => dataset.kikkakeSlot === name,
  );
}

/** Puts the prompt where it belongs; returns the function that leaves the place as it was. */
function stand(host: HTMLElement, card: HTMLElement, slot: HTMLElement | undefined): () => void {
  if (slot) {
    const before = [...slot.childNodes];
    const { paddingTop, paddingBottom } = getComputedStyle(slot);
    const room =
      slot.clientHeight - (Number.parseFloat(paddingTop) || 0) - (Number.parseFloat(paddingBottom) || 0);
    // The place keeps its size, so nothing around it moves; one that reserves nothing takes what it needs.
    if (room > 0) host.style.height = `${room}px`;
    slot.replaceChildren(host);
    return () => {
      if (host.isConnected) slot.replaceChildren(...before);
    };
  }
  document.body.append(host);
  standing.push(host);
  stack();
  const stops = [listen(window, "resize", stack), keepClear(host, card)];
  return () => {
    for (const stop of stops) stop();
    standing.splice(standing.indexOf(host), 1);
    host.remove();
    stack();
  };
}

/** Opens one; undefined when the page has no such slot. */
export function openNotice(prompt: Prompt, listeners: Listeners): Surface | undefined {
  const { kind } = prompt;
  const slot = kind === "inline" ? findSlot(prompt.slot) : undefined;
  if (kind === "inline" && !slot) return undefined;
  const { host, root } = makeHost(prompt);
  const box = make(root, "section", kind);
  box.setAttribute("role", kind === "toast" ? "status" : "region");
  const card = document.createElement("div");
  card.className = "card";
  fill(box, card, prompt, listeners);

  let before: EventTarget | null = null;
  listen(host, "focusin", (event) => {
    before = (event as FocusEvent).relatedTarget ?? before;
  });
  listen(host, "keydown", (event) => (event as KeyboardEvent).key === "Escape" && listeners.onDismiss());

  box.append(card);
  const stops = [stand(host, card, slot)];
  if (kind === "toast") {
    stops.push(expire(host, listeners.onExpire));
    // What stands in a live region from the start is not read out: words that come into it are.
    setTimeout(() => box.append(card));
  }
  return {
    card,
    close() {
      const focused = document.activeElement === host;
      for (const stop of stops) stop();
      if (focused && (before as HTMLElement | null)?.isConnected)
        (before as HTMLElement).focus({ preventScroll: true });
    },
  };
}
