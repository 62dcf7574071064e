/**
 * The lazy prompt module: arms what the engager decided, shows it at its moment and reports what came of it.
 * Must never show two dialogs at once, nor report an impression that nobody could have seen.
 */
import { guard } from "../core/guard";
import type { Host } from "../core/host";
import type { DecideAnswer, Holdout, Prompt, When } from "../generated/wire";
import type { Form } from "../survey";
import { openDialog } from "./dialog";
import { whenNotTyping } from "./field";
import { armMoment, type Fired, REPEATABLE } from "./moment";
import { openNotice } from "./notice";
import { type Listeners, putActions, putImage, putWords, type Surface } from "./parts";
import { findVideo, playFrom } from "./play";
import { openPlayer } from "./player";
import { whenSeen } from "./seen";
import { readTexts } from "./texts";

declare const SURVEY_FILE: string;

/** One trigger asks at most this often. */
const ASK_AGAIN_MS = 1000;
/** How long a survey says thank you. */
const THANKS_MS = 4000;
/** The place of everything that is modal: there is one dialog at a time. */
const DIALOG = "dialog";

/** Opens popup and survey; a survey's questions come from a module of their own. */
const openModal = (prompt: Prompt, listeners: Listeners, form?: Form): Surface =>
  openDialog(prompt, prompt.kind, listeners.onDismiss, (card, dialog) => {
    const { content } = prompt;
    putImage(card, content);
    const text = putWords(card, dialog, content);
    if (form) form.put(text, dialog, content, readTexts().lang, listeners.onAnswer);
    else putActions(text, content, listeners);
  });

/** Where a prompt stands: one at a time in each place. Undefined for a kind that this version does not know. */
function placeOf({ kind, slot }: Prompt): string | undefined {
  if (kind === "popup" || kind === "survey") return DIALOG;
  if (kind === "inline") return `slot ${slot}`;
  return ["toast", "bar", "video"].includes(kind) ? kind : undefined;
}

export class Prompts {
  private _host: Host;
  private _now: () => number;
  private _stops = new Set<() => void>();
  /** The moments of this page that have not come yet. */
  private _awaited = new Set<string>();
  /** Those that wait until nobody is typing, and those that stand, by place. */
  private _waiting = new Map<string, () => void>();
  private _open = new Map<string, Surface>();

  private _loadForm: () => Promise<Form>;
  private _form: Form | undefined;

  constructor(host: Host, now: () => number, loadForm: () => Promise<Form>) {
    this._host = host;
    this._now = now;
    this._loadForm = loadForm;
    host.on("quiet", () => {
      this._disarm();
      for (const place of [...this._open.keys()]) this._close(place);
    });
  }

  arm(answer: DecideAnswer): void {
    this._disarm();
    const until = this._now() + answer.ttl * 1000;
    /** What was decided long ago may have ended since: then the question is put again. */
    const armDue = (when: When, due: () => void) =>
      this._armOnce(when, (fired) => (this._now() <= until ? due() : this._ask(when, fired)));
    for (const prompt of answer.prompts ?? []) armDue(prompt.when, () => this._show(prompt));
    for (const holdout of answer.holdouts ?? []) armDue(holdout.when, () => this._withhold(holdout));
    const asked = new Set<string>();
    for (const when of answer.triggers ?? []) {
      const key = JSON.stringify(when);
      if (!asked.has(key)) this._armQuestion(when);
      asked.add(key);
    }
  }

  /** An answer is about all moments of the trigger's type: one that is still to come here is waited for. */
  showDue(answer: DecideAnswer): void {
    const isDue = ({ when }: Prompt | Holdout) => !this._awaited.has(JSON.stringify(when));
    for (const prompt of (answer.prompts ?? []).filter(isDue)) this._show(prompt);
    for (const holdout of (answer.holdouts ?? []).filter(isDue)) this._withhold(holdout);
  }

  preview(answer: DecideAnswer): void {
    const prompt = answer.prompts?.[0];
    if (!prompt) return;
    this._close(placeOf(prompt) ?? "");
    this._show(prompt, true);
  }

  private _disarm(): void {
    for (const stop of this._waiting.values()) stop();
    this._waiting.clear();
    for (const stop of this._stops) stop();
    this._stops.clear();
    this._awaited.clear();
  }

  private _armOnce(when: When, due: (fired?: Fired) => void): void {
    const disarm = () => {
      stop();
      this._stops.delete(disarm);
    };
    const stop = this._await(when, (fired) => {
      disarm();
      due(fired);
    });
    this._stops.add(disarm);
  }

  private _await(when: When, due: (fired?: Fired) => void): () => void {
    const moment = JSON.stringify(when);
    this._awaited.add(moment);
    return armMoment(when ?? {}, this._host, (fired) => {
      this._awaited.delete(moment);
      due(fired);
    });
  }

  /** A campaign that is not armed may have become eligible by the time its moment comes: ask then. */
  private _armQuestion(when: When): void {
    const { type } = when;
    // What is due at once was decided with the page view.
    if (!type || type === "immediate") return;
    if (!REPEATABLE.includes(type)) return this._armOnce(when, (fired) => this._ask(when, fired));
    let last = Number.NEGATIVE_INFINITY;
    const stop = this._await(when, (fired) => {
      if (this._now() - last < ASK_AGAIN_MS) return;
      last = this._now();
      this._ask(when, fired);
    });
    this._stops.add(stop);
  }

  private _ask(when: When, fired?: Fired): void {
    this._host.decide({ type: when.type ?? "immediate", ...fired });
  }

  private _withhold({ campaignId, decisionId }: Holdout): void {
    this._host.track("Prompt Withheld", { campaign_id: campaignId, decision_id: decisionId });
  }

  private _show(prompt: Prompt, silent?: boolean): void {
    const place = placeOf(prompt);
    // A kind of a later version: a page with an older script stays as it is.
    if (!place || this._isTaken(place)) return;
    this._waiting.get(place)?.();
    this._waiting.delete(place);
    const present = guard(() => this._present(prompt, place, silent));
    // What stands in the page's own place covers nothing.
    if (prompt.kind === "inline") return present();
    const wait = () => void this._waiting.set(place, whenNotTyping(present));
    if (prompt.kind !== "survey") return wait();
    let stopped = false;
    this._waiting.set(place, () => {
      stopped = true;
    });
    this._loadForm().then(
      (form) => {
        this._form = form;
        if (!stopped) wait();
      },
      () => {},
    );
  }

  /** An inline prompt may have gone with the page's own content. */
  private _isTaken(place: string): boolean {
    return !!this._open.get(place)?.card.isConnected;
  }

  private _present(prompt: Prompt, place: string, silent?: boolean): void {
    if (this._isTaken(place)) return;
    this._close(place);
    const report = (event: string, more?: Record<string, unknown>) => {
      const { campaignId, variantId, decisionId } = prompt;
      if (silent) return;
      const ids = { campaign_id: campaignId, variant_id: variantId, decision_id: decisionId };
      this._host.track(event, { ...ids, ...more });
    };
    let answered = false;
    const listeners: Listeners = {
      onClick: () => {
        answered = true;
        report("Prompt Clicked");
        this._follow(prompt, place);
      },
      onAnswer: (answers) => {
        answered = true;
        report("Prompt Answered", { answers });
        setTimeout(() => this._open.get(place)?.card === surface?.card && this._close(place), THANKS_MS);
      },
      onDismiss: () => {
        if (!answered) report("Prompt Dismissed");
        this._close(place);
      },
      onExpire: () => this._close(place),
    };
    const surface =
      place === DIALOG
        ? openModal(prompt, listeners, prompt.kind === "survey" ? this._form : undefined)
        : openNotice(prompt, listeners);
    if (!surface) return;
    const stopSeeing = whenSeen(surface.card, () => report("Prompt Shown"));
    this._keep(place, {
      card: surface.card,
      close() {
        stopSeeing();
        surface.close();
      },
    });
  }

  /** What the call to action does: a link leads on by itself, a video plays from its moment, else the prompt closes. */
  private _follow(prompt: Prompt, place: string): void {
    const { campaignId, content, kind } = prompt;
    const { video, cta } = content;
    this._close(place);
    if (!video?.id || (cta?.url && kind !== "video")) return;
    const onPage = findVideo(video.id, this._host);
    if (kind === "video" || !onPage) {
      if (this._isTaken(DIALOG)) return;
      const player = openPlayer(prompt, this._host, () => this._close(DIALOG));
      return player && this._keep(DIALOG, player);
    }
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    onPage.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    playFrom(onPage, video, campaignId, this._host);
  }

  private _keep(place: string, surface: Surface): void {
    this._open.set(place, surface);
  }

  private _close(place: string): void {
    const surface = this._open.get(place);
    this._open.delete(place);
    surface?.close();
  }
}

/** Begins with nothing armed. */
export function start(host: Host): Prompts {
  // Modules lie beside one another.
  return new Prompts(host, Date.now, () => import(new URL(SURVEY_FILE, import.meta.url).href));
}
