/** What tests of prompts share: a page without prompts, a host that writes down what it is told, made-up prompts. */
import { afterEach, beforeEach, vi } from "vitest";
import { type Bus, createBus } from "../src/core/bus";
import type { Host } from "../src/core/host";
import type { DecideAnswer, Prompt, Trigger } from "../src/generated/wire";
import { Prompts } from "../src/prompt";
import { START } from "./environment";

export let bus: Bus;
export let tracked: [string, Record<string, unknown>][];
export let asked: Trigger[];
export let show: (ratio: number) => void;

class Observer {
  static targets = new Map<Element, Observer>();
  callback: (entries: { intersectionRatio: number; isIntersecting: boolean }[]) => void;
  constructor(callback: Observer["callback"]) {
    this.callback = callback;
    show = (ratio) => callback([{ intersectionRatio: ratio, isIntersecting: ratio > 0 }]);
  }
  observe() {}
  disconnect() {
    this.callback = () => {};
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  vi.stubGlobal("IntersectionObserver", Observer);
  document.body.replaceChildren();
  document.documentElement.lang = "en";
  bus = createBus();
  tracked = [];
  asked = [];
});
afterEach(() => {
  bus.emit("quiet");
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

export function makePrompts() {
  const host: Host = {
    track: (event, properties) => void tracked.push([event, properties]),
    on: bus.on,
    decide: (trigger) => void asked.push(trigger),
    watchVideo: () => {},
    newId: () => "id",
    names: new WeakMap(),
    startedBy: new WeakMap(),
  };
  return {
    prompts: new Prompts(
      host,
      () => Date.now(),
      () => import("../src/survey"),
    ),
    host,
  };
}

export const makePrompt = (changes: Partial<Prompt> = {}): Prompt => ({
  campaignId: "spring",
  variantId: "a",
  decisionId: "d-1",
  kind: "popup",
  when: {},
  content: { title: "First <b>flush</b>", body: "Fresh.", cta: { label: "See it" }, dismiss_label: "Later" },
  ...changes,
});
export const makeAnswer = (changes: Partial<DecideAnswer>): DecideAnswer => ({
  decisionId: "d-0",
  prompts: [],
  holdouts: [],
  ttl: 60,
  ...changes,
});
export const popup = () => document.querySelector("kikkake-prompt");
export const inside = <E extends Element>(selector: string) =>
  popup()?.shadowRoot?.querySelector<E>(selector);
export const ids = { campaign_id: "spring", variant_id: "a", decision_id: "d-1" };
