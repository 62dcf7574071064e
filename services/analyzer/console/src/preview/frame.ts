/**
 * The page inside the preview: draws a prompt with the SDK's own module, as a site's page would.
 * Must never report anything, follow a link, nor take the focus from the form beside it.
 */
import type { Host, PromptModule } from "../../../../../sdk/src/core/host";
import type { Prompt } from "../../../../../sdk/src/generated/wire";

declare const PROMPT_FILE: string;

/** What the console tells this page. */
export interface PreviewMessage {
  kikkake: "preview";
  prompt: Prompt;
  language: string;
  /** Whether the prompt is the one before, with other words. */
  again: boolean;
}

// While the form is being typed in, the prompt must not take the focus: a modal dialog would.
HTMLElement.prototype.focus = () => {};
Object.assign(HTMLDialogElement.prototype, { showModal: undefined });
document.addEventListener("click", (event) => {
  const [first] = event.composedPath();
  if (first instanceof Element && first.closest("a")) event.preventDefault();
});

const host: Host = {
  track: () => {},
  on: (() => () => {}) as Host["on"],
  decide: () => {},
  watchVideo: () => {},
  newId: () => crypto.randomUUID(),
  names: new WeakMap(),
  startedBy: new WeakMap(),
};

const { start } = (await import(new URL(PROMPT_FILE, import.meta.url).href)) as PromptModule;
const prompts = start(host);

function putSlot(name: string | undefined): void {
  const slot = document.getElementById("slot");
  if (!slot) return;
  slot.replaceChildren();
  slot.hidden = !name;
  slot.dataset.kikkakeSlot = name ?? "";
}

addEventListener("message", ({ data, origin }: MessageEvent<PreviewMessage>) => {
  if (origin !== location.origin && origin !== parent.location.origin) return;
  if (data?.kikkake !== "preview") return;
  document.documentElement.lang = data.language;
  for (const old of document.querySelectorAll("kikkake-prompt")) old.remove();
  putSlot(data.prompt.kind === "inline" ? data.prompt.slot : undefined);
  prompts.preview({ decisionId: "preview", prompts: [data.prompt], holdouts: [], ttl: 60 });
  // What was on show already does not fly in again with every letter.
  if (!data.again) return;
  for (const shown of document.querySelectorAll("kikkake-prompt"))
    for (const animation of shown.shadowRoot?.getAnimations() ?? []) animation.finish();
});
parent.postMessage("kikkake preview ready", parent.location.origin);
