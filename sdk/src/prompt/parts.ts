/**
 * The parts that every kind of prompt is made of: its element with a shadow root, words, actions, the way out.
 * Must never interpret what a campaign says as anything but plain text.
 */
import { listen } from "../core/guard";
import type { Content, Prompt } from "../generated/wire";
import { readAddress } from "./address";
import { putStyle } from "./style";
import { readTexts } from "./texts";

/** An open prompt. */
export interface Surface {
  /** What must be half in view to count as shown. */
  card: HTMLElement;
  close(): void;
}

export interface Listeners {
  onClick(): void;
  onDismiss(): void;
  onAnswer(answers: Record<string, unknown>): void;
  /** It goes by itself: nobody has dismissed it. */
  onExpire(): void;
}

const CROSS = "M3 3l10 10M13 3L3 13";
export const PLAY = "M3 1.5v13l11-6.5z";

export function make<K extends keyof HTMLElementTagNameMap>(
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

/** Returns `<kikkake-prompt>`, not yet in the page, and its shadow root. */
export function makeHost({ campaignId, variantId, kind }: Prompt): { host: HTMLElement; root: ShadowRoot } {
  const host = document.createElement("kikkake-prompt");
  Object.assign(host.dataset, { campaign: campaignId, variant: variantId, kind });
  host.lang = readTexts().lang;
  const root = host.attachShadow({ mode: "open" });
  putStyle(root);
  return { host, root };
}

export function putIcon(parent: Element, path: string): void {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.appendChild(document.createElementNS(svg.namespaceURI, "path")).setAttribute("d", path);
  parent.prepend(svg);
}

export function putCloser(card: HTMLElement, onDismiss: () => void): void {
  const closer = make(card, "button", "close");
  closer.setAttribute("aria-label", readTexts().close);
  putIcon(closer, CROSS);
  listen(closer, "click", onDismiss);
}

export function putImage(parent: HTMLElement, content: Content): void {
  const image = readAddress(content.image);
  if (!image) return;
  const picture = make(parent, "img");
  picture.alt = "";
  picture.src = image;
  picture.onerror = () => picture.remove();
}

/** Writes title and body, and names `named` by them. */
export function putWords(card: HTMLElement, named: HTMLElement, { title, body }: Content): HTMLElement {
  const text = make(card, "div", "text");
  if (title) make(text, "h2", "", title).id = "title";
  if (body) make(text, "p", "", body).id = "body";
  named.setAttribute("aria-labelledby", title ? "title" : "body");
  if (title && body) named.setAttribute("aria-describedby", "body");
  return text;
}

/** A link when it leads somewhere, else a button; a button that plays says so. */
export function putAction(
  parent: HTMLElement,
  label: string,
  url: string | undefined,
  plays: boolean,
): HTMLElement {
  const address = readAddress(url);
  const action = make(parent, address ? "a" : "button", "cta", label);
  if (address) (action as HTMLAnchorElement).href = address;
  else if (plays) putIcon(action, PLAY);
  return action;
}

export function putActions(text: HTMLElement, content: Content, listeners: Listeners): void {
  const { cta, dismiss_label: dismiss, video } = content;
  if (!cta?.label && !dismiss) return;
  const actions = make(text, "div", "actions");
  if (cta?.label) listen(putAction(actions, cta.label, cta.url, !!video), "click", listeners.onClick);
  if (dismiss) listen(make(actions, "button", "dismiss", dismiss), "click", listeners.onDismiss);
}
