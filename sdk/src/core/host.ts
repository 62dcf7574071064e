/**
 * What the core offers the lazy modules, and what they offer the core.
 * Must never carry more than both need: the modules are built apart and meet only here.
 */
import type { DecideAnswer, Trigger } from "../generated/wire";
import type { Bus } from "./bus";

export interface VideoName {
  id?: string | undefined;
  title?: string | undefined;
}

export interface Host {
  track(event: string, properties: Record<string, unknown>): void;
  /** Listens to messages by type or event name, and to the core's own signals: `hide`, `ask`, `quiet`. */
  on: Bus["on"];
  /** Asks for what is due at this trigger; the answer comes back through `PromptModule.showDue`. */
  decide(trigger: Trigger): void;
  /** Has a media element watched that is not found by itself, such as one in a shadow root. */
  watchVideo(element: HTMLMediaElement, name: VideoName): void;
  newId(): string;
  /** Names given by `attachVideo`. */
  names: WeakMap<HTMLMediaElement, VideoName>;
  /** The campaign whose click is about to start this video. */
  startedBy: WeakMap<HTMLMediaElement, string>;
}

export interface VideoModule {
  start(host: Host): { watch(element: HTMLMediaElement): void };
}

export interface PromptModule {
  start(host: Host): {
    /** Arms the answer to a page view in place of the one before. */
    arm(answer: DecideAnswer): void;
    /** Shows the answer to a trigger at once. */
    showDue(answer: DecideAnswer): void;
    /** Shows a prompt and reports nothing. */
    preview(answer: DecideAnswer): void;
  };
}
