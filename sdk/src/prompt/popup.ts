/**
 * The popup: a modal dialog in a shadow root, for mouse, keyboard and screen reader.
 * Must never interpret what a campaign says as anything but plain text, nor leave the focus lost when it goes.
 */
import { listen } from "../core/guard";
import type { Prompt } from "../generated/wire";
import { readAddress } from "./address";
import { putStyle } from "./style";
import { readLanguage, textsOf } from "./texts";

export interface Popup {
  element: HTMLElement;
  /** What must be half in view to count as shown. */
  card: HTMLElement;
  close(): void;
  /** Puts a player in the place of everything else. */
  show(video: HTMLVideoElement): void;
}

export interface PopupListeners {
  onClick(): void;
  onDismiss(): void;
}

const CROSS = "M3 3l10 10M13 3L3 13";
const PLAY = "M3 1.5v13l11-6.5z";

function make<K extends keyof HTMLElementTagNameMap>(
  parent: Node,
  tag: K,
  className = "",
  text = "",
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  parent.appendChild(element);
  return element;
}

function putIcon(parent: Element, path: string): void {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS(svg.namespaceURI, "path")).setAttribute("d", path);
  parent.prepend(svg);
}

function putWords(card: HTMLElement, dialog: HTMLElement, { content }: Prompt): HTMLElement {
  const image = readAddress(content.image);
  if (image) {
    const picture = make(card, "img");
    picture.alt = "";
    picture.src = image;
    picture.onerror = () => picture.remove();
  }
  const text = make(card, "div", "text");
  if (content.title) make(text, "h2", "", content.title).id = "title";
  if (content.body) make(text, "p", "", content.body).id = "body";
  dialog.setAttribute("aria-labelledby", content.title ? "title" : "body");
  if (content.title && content.body) dialog.setAttribute("aria-describedby", "body");
  return text;
}

function putActions(text: HTMLElement, { content }: Prompt, listeners: PopupListeners): void {
  const { cta, dismiss_label: dismiss, video } = content;
  if (!cta?.label && !dismiss) return;
  const actions = make(text, "div", "actions");
  if (cta?.label) {
    const address = readAddress(cta.url);
    const action = make(actions, address ? "a" : "button", "cta", cta.label);
    if (address) (action as HTMLAnchorElement).href = address;
    else if (video) putIcon(action, PLAY);
    listen(action, "click", listeners.onClick);
  }
  if (dismiss) listen(make(actions, "button", "dismiss", dismiss), "click", listeners.onDismiss);
}

/** Keeps Tab within the dialog: a modal dialog alone lets it out to the browser's own bars. */
function trapFocus(dialog: HTMLElement, root: ShadowRoot): void {
  listen(dialog, "keydown", (event) => {
    const { key, shiftKey } = event as KeyboardEvent;
    if (key !== "Tab") return;
    const stops = [...dialog.querySelectorAll<HTMLElement>("a[href],button,video")];
    const at = root.activeElement as HTMLElement | null;
    const edge = shiftKey ? stops[0] : stops[stops.length - 1];
    if (at !== edge && at !== dialog && at) return;
    event.preventDefault();
    (shiftKey ? stops[stops.length - 1] : stops[0])?.focus();
  });
}

/** Opens the popup and gives it the focus; closing gives the focus back to where it was. */
export function openPopup(prompt: Prompt, listeners: PopupListeners): Popup {
  const language = readLanguage();
  const before = document.activeElement as HTMLElement | null;
  const element = document.createElement("kikkake-prompt");
  Object.assign(element.dataset, { campaign: prompt.campaignId, variant: prompt.variantId });
  element.lang = language;
  const root = element.attachShadow({ mode: "open" });
  putStyle(root);

  const dialog = make(root, "dialog");
  dialog.setAttribute("role", "dialog");
  dialog.setAttribute("aria-modal", "true");
  dialog.tabIndex = -1;
  const card = make(dialog, "div", "card");
  const closer = make(card, "button", "close");
  closer.setAttribute("aria-label", textsOf(language).close);
  putIcon(closer, CROSS);
  const text = putWords(card, dialog, prompt);
  putActions(text, prompt, listeners);

  listen(closer, "click", listeners.onDismiss);
  listen(dialog, "click", (event) => event.target === dialog && listeners.onDismiss());
  // `cancel` would not come twice in a row in Chrome; the key always does. What is typed here stays here.
  listen(dialog, "keydown", (event) => {
    event.stopPropagation();
    if ((event as KeyboardEvent).key !== "Escape") return;
    event.preventDefault();
    listeners.onDismiss();
  });
  listen(dialog, "cancel", (event) => {
    event.preventDefault();
    listeners.onDismiss();
  });
  trapFocus(dialog, root);

  document.body.append(element);
  // The top layer is above every z-index of the page.
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute("open", "");
  dialog.focus({ preventScroll: true });

  return {
    element,
    card,
    close() {
      element.remove();
      if (before?.isConnected) before.focus({ preventScroll: true });
    },
    show(video) {
      card.replaceChildren(closer, video);
      video.focus();
    },
  };
}
