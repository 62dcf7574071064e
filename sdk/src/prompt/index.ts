/**
 * The lazy prompt module: arms what the engager decided, shows it at its moment and reports what came of it.
 * Must never show two dialogs at once, nor report an impression that nobody could have seen.
 */
import { guard } from "../core/guard";
import type { Host } from "../core/host";
import type { DecideAnswer, Holdout, Prompt, When } from "../generated/wire";
import { whenNotTyping } from "./field";
import { armMoment, type Fired, REPEATABLE } from "./moment";
import { findVideo, playFrom } from "./play";
import { openPopup, type Popup } from "./popup";
import { whenSeen } from "./seen";

/** One trigger asks at most this often. */
const ASK_AGAIN_MS = 1000;

export class Prompts {
  private _host: Host;
  private _now: () => number;
  private _stops = new Set<() => void>();
  private _stopWaiting = () => {};
  private _stopSeeing = () => {};
  private _open: Popup | undefined;

  constructor(host: Host, now: () => number) {
    this._host = host;
    this._now = now;
    host.on("quiet", () => {
      this._disarm();
      this._close();
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

  showDue(answer: DecideAnswer): void {
    for (const prompt of answer.prompts ?? []) this._show(prompt);
    for (const holdout of answer.holdouts ?? []) this._withhold(holdout);
  }

  preview(answer: DecideAnswer): void {
    this._close();
    const prompt = answer.prompts?.[0];
    if (prompt) this._show(prompt, true);
  }

  private _disarm(): void {
    this._stopWaiting();
    for (const stop of this._stops) stop();
    this._stops.clear();
  }

  private _armOnce(when: When, due: (fired?: Fired) => void): void {
    const disarm = () => {
      stop();
      this._stops.delete(disarm);
    };
    const stop = armMoment(when ?? {}, this._host, (fired) => {
      disarm();
      due(fired);
    });
    this._stops.add(disarm);
  }

  /** A campaign that is not armed may have become eligible by the time its moment comes: ask then. */
  private _armQuestion(when: When): void {
    const { type } = when;
    // What is due at once was decided with the page view.
    if (!type || type === "immediate") return;
    if (!REPEATABLE.includes(type)) return this._armOnce(when, (fired) => this._ask(when, fired));
    let last = Number.NEGATIVE_INFINITY;
    const stop = armMoment(when, this._host, (fired) => {
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
    // Other kinds belong to later versions; a page with an older script stays as it is.
    if (prompt.kind !== "popup" || this._open) return;
    this._stopWaiting();
    this._stopWaiting = whenNotTyping(guard(() => this._present(prompt, silent)));
  }

  private _present(prompt: Prompt, silent?: boolean): void {
    if (this._open) return;
    const report = (event: string) => {
      const { campaignId, variantId, decisionId } = prompt;
      if (silent) return;
      this._host.track(event, { campaign_id: campaignId, variant_id: variantId, decision_id: decisionId });
    };
    let clicked = false;
    const popup = openPopup(prompt, {
      onClick: () => {
        clicked = true;
        report("Prompt Clicked");
        this._follow(prompt, popup);
      },
      onDismiss: () => {
        if (!clicked) report("Prompt Dismissed");
        this._close();
      },
    });
    this._open = popup;
    this._stopSeeing = whenSeen(popup.card, () => report("Prompt Shown"));
  }

  /** What the call to action does: a link leads on by itself, a video plays from its moment, else the popup closes. */
  private _follow({ campaignId, content }: Prompt, popup: Popup): void {
    const { video, cta } = content;
    if (cta?.url || !video?.id) return this._close();
    const onPage = findVideo(video.id, this._host);
    if (!onPage && video.src) {
      const player = document.createElement("video");
      Object.assign(player, { src: video.src, controls: true, playsInline: true });
      this._host.watchVideo(player, { id: video.id });
      popup.show(player);
      return playFrom(player, video, campaignId, this._host);
    }
    this._close();
    if (!onPage) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    onPage.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    playFrom(onPage, video, campaignId, this._host);
  }

  private _close(): void {
    this._stopSeeing();
    this._open?.close();
    this._open = undefined;
  }
}

/** Begins with nothing armed. */
export function start(host: Host): Prompts {
  return new Prompts(host, Date.now);
}
