/**
 * Follows one page from its first call to its last beacon: calls become messages, messages wait for consent, then for
 * the collector or a decision. Must never touch the page beyond listening, nor import a lazy module's code.
 */
import { type Bus, createBus, type Listener } from "./core/bus";
import { readCampaign } from "./core/campaign";
import { type Consent, type ConsentMode, loadConsent, resolveConsent, saveConsent } from "./core/consent";
import { createDecider, type Decider } from "./core/decide";
import type { Environment } from "./core/environment";
import { guard, listen } from "./core/guard";
import type { Host, PromptModule, VideoModule, VideoName } from "./core/host";
import { buildUuid7 } from "./core/ids";
import { readPage, watchNavigation } from "./core/page";
import { createQueue, type Queue } from "./core/queue";
import { backoffMs } from "./core/retry";
import { openStore, type Store } from "./core/store";
import { createTransport, type Transport } from "./core/transport";
import { createVisitor, type Visitor } from "./core/visitor";
import type { DecideAnswer, Message, MessageType, Trigger } from "./generated/wire";

export interface Config {
  _writeKey: string;
  /** Origin of the collector. */
  _collector: string;
  /** Origin of the engager. */
  _engager: string;
  /** From the tag; without it the site's setting is asked for. */
  _consent?: ConsentMode | undefined;
  _version: string;
  _videoFile: string;
  _promptFile: string;
}

/** Messages kept in memory while consent is unknown. */
const MAX_HELD = 200;

type Values = Record<string, unknown>;

export class Client {
  private _env: Environment;
  private _config: Config;
  private _local = openStore(() => localStorage);
  private _tab = openStore(() => sessionStorage);
  private _store: Store;
  private _visitor: Visitor;
  private _queue: Queue;
  private _transport: Transport;
  private _decider: Decider;
  private _bus: Bus = createBus();
  private _host: Host;
  private _loading = new Map<string, Promise<unknown>>();

  private _mode: ConsentMode | undefined;
  private _answer: Partial<Consent> = {};
  private _consent: Consent | null = null;
  private _held: Message[] = [];
  private _userId: string | undefined;
  private _userToken: string | undefined;
  private _referrer = document.referrer;
  private _views = 0;
  private _idTime = 0;
  private _settle = () => {};
  private _pageKey: string;

  constructor(env: Environment, config: Config) {
    this._env = env;
    this._config = config;
    this._mode = config._consent;
    this._store = env.gpc ? openStore() : this._local;
    this._visitor = createVisitor(this._store, this._newId);
    this._pageKey = `q.${this._newId()}`;
    this._queue = createQueue(this._store, this._pageKey, env.now);
    this._transport = createTransport(env, `${config._collector}/v1/batch`, config._writeKey, this._queue);
    this._decider = createDecider(env, `${config._engager}/v1/decide`, this._queue, () =>
      this._transport._flush(),
    );
    this._host = {
      track: (event, properties) => this.track(event, properties),
      on: this._bus.on,
      decide: (trigger) => this._askSoon(trigger),
      watchVideo: (element, name) => this.attachVideo(element, name),
      newId: this._newId,
      names: new WeakMap(),
      startedBy: new WeakMap(),
    };
  }

  /** Begins to measure the page; `viewed` says that the page's own code reports its first page view. */
  start(viewed: boolean): void {
    this._resolve();
    if (!this._config._consent) this._loadMode(0);
    if (!viewed) this.page();
    this._settle = watchNavigation((referrer) => {
      this._referrer = referrer;
      this.page();
    }).settle;
    const leave = () => {
      this._bus.emit("hide");
      this._transport._flushAtExit();
    };
    // `pagehide` is an event of the window, not of the document (analytics-next pull 714).
    listen(window, "pagehide", () => {
      this._bus.emit("leave");
      leave();
    });
    listen(document, "visibilitychange", () => document.hidden && leave());
    listen(window, "online", () => this._transport._retryNow());
    listen(window, "pageshow", (event) => (event as PageTransitionEvent).persisted && this._adopt());
    this._findVideos();
  }

  track(event: string, properties: Values = {}): void {
    if (event) this._record("track", { event, properties });
  }

  page(name?: string | Values | null, properties?: Values): void {
    const given = typeof name === "string" ? { name, ...properties } : { ...name, ...properties };
    this._views++;
    this._record("page", { properties: { ...readPage(this._referrer), ...given } });
    this._decide({ type: "page_view" });
  }

  identify(id: string | Values | null, traits?: Values, options?: { userToken?: string }): void {
    const own = typeof id === "object" ? id : null;
    if (id && !own) {
      this._userId = `${id}`;
      if (this._consent?.analytics) this._visitor._setUserId(this._userId);
    }
    this._userToken = options?.userToken ?? this._userToken;
    this._record("identify", { traits: own ?? traits ?? {} });
  }

  consent(answer: Partial<Consent>): void {
    this._answer = { ...this._answer, ...answer };
    this._resolve();
  }

  on(name: string, listener: Listener): () => void {
    return this._bus.on(name, listener);
  }

  attachVideo(element: HTMLMediaElement, name: VideoName = {}): void {
    this._host.names.set(element, name);
    this._video().then(
      (video) => video.watch(element),
      () => {},
    );
  }

  prompt(campaignId: string): void {
    this._decide({ type: "page_view" }, campaignId);
  }

  reset(): void {
    this._userId = this._userToken = undefined;
    this._visitor._reset();
  }

  /** Ids made in the same millisecond sort in the order in which they were made. */
  private _newId = () => {
    this._idTime = Math.max(this._env.now(), this._idTime + 1);
    return buildUuid7(this._idTime, this._env.random);
  };

  private _record(type: MessageType, fields: Partial<Message>): void {
    this._settle();
    if (this._consent && !this._consent.analytics) return;
    const message: Message = {
      type,
      ...fields,
      messageId: this._newId(),
      timestamp: new Date(this._env.now()).toISOString(),
      context: {
        page: readPage(this._referrer),
        campaign: readCampaign(location.search),
        locale: navigator.language,
        userAgent: navigator.userAgent,
        library: { name: "kikkake.js", version: this._config._version },
      },
    };
    if (this._userId) message.userId = this._userId;
    if (this._consent) this._enqueue(message);
    else if (this._held.length < MAX_HELD) this._held.push(message);
  }

  private _enqueue(message: Message): void {
    const at = Date.parse(message.timestamp ?? "");
    message.anonymousId = this._visitor._anonymousId();
    Object.assign(message.context ?? {}, { sessionId: this._visitor._sessionId(at), consent: this._consent });
    this._queue._add(message);
    this._bus.emit(message.type, message);
    if (message.event) this._bus.emit(message.event, message);
    this._transport._schedule();
  }

  private _resolve(): void {
    const before = this._consent;
    const after = resolveConsent(this._answer, loadConsent(this._local), this._mode, this._env.gpc);
    this._consent = after;
    if (!after) return;
    if (!after.analytics) return this._forget();
    if (this._answer.analytics !== undefined) saveConsent(this._local, after);
    if (!before?.analytics) {
      this._adopt();
      // After a refusal nothing was held: this page's view is recorded anew.
      if (before) return this.page();
      if (this._userId) this._visitor._setUserId(this._userId);
      else this._userId = this._visitor._userId() ?? undefined;
      for (const message of this._held.splice(0)) {
        if (this._userId) message.userId ??= this._userId;
        this._enqueue(message);
      }
    }
    if (!after.personalisation) this._bus.emit("quiet");
    else if (!before?.personalisation && this._views) this._decide({ type: "page_view" });
  }

  private _forget(): void {
    this._held = [];
    this._transport._stop();
    this._queue._clear();
    this._bus.emit("quiet");
    this.reset();
    for (const store of [this._local, this._tab]) for (const key of store.keys()) store.remove(key);
    // Where consent is not required, only a kept refusal stops the next page; it holds no identifier.
    if (this._mode !== "required" && this._consent) saveConsent(this._local, this._consent);
  }

  private _adopt(): void {
    if (this._env.gpc) return;
    this._queue._adopt(this._tab.get("page"));
    this._tab.set("page", this._pageKey);
    this._transport._schedule();
  }

  private _loadMode(attempt: number): void {
    const url = `${this._config._collector}/v1/projects/${encodeURIComponent(this._config._writeKey)}/settings`;
    this._env
      .fetch(url, { credentials: "omit" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject()))
      .then(({ kikkake }) => {
        this._mode = kikkake?.consent === "required" ? "required" : "granted";
        this._resolve();
      })
      .catch(() => {
        // Until the setting is known it might be `required`: messages stay in memory.
        setTimeout(() => this._loadMode(attempt + 1), backoffMs(attempt, this._env.chance()));
      });
  }

  /**
   * Asks at a moment of the page. The players first say what was played up to it, or a rule about watching would be
   * judged on what was played before; and a player's own listeners may run after the one that noticed the moment.
   */
  private _askSoon(trigger: Trigger): void {
    setTimeout(
      guard(() => {
        this._bus.emit("ask");
        this._decide(trigger);
      }),
    );
  }

  private _decide(trigger: Trigger, preview?: string): void {
    // Not before the page is read to its end: the slots may stand anywhere in it.
    if (document.readyState === "loading") {
      listen(document, "DOMContentLoaded", () => this._decide(trigger, preview), { once: true });
      return;
    }
    if (!this._consent?.personalisation) return;
    const view = this._views;
    const request = {
      writeKey: this._config._writeKey,
      anonymousId: this._visitor._anonymousId(),
      userId: this._userId,
      userToken: this._userToken,
      sessionId: this._visitor._sessionId(this._env.now()),
      page: { ...readPage(this._referrer), search: undefined },
      trigger,
      slots: [...document.querySelectorAll<HTMLElement>("[data-kikkake-slot]")].map(
        (slot) => slot.dataset.kikkakeSlot,
      ),
      preview,
    };
    this._decider
      ._ask(request as Parameters<Decider["_ask"]>[0])
      .then((answer) => {
        // The visitor has moved on to another page, or changed their mind, while the engager thought.
        if (answer && view === this._views && this._consent?.personalisation)
          return this._show(answer, trigger, preview);
      })
      .catch(() => {});
  }

  private async _show(answer: DecideAnswer, trigger: Trigger, preview?: string): Promise<void> {
    const { prompts, holdouts, triggers } = answer;
    const file = this._config._promptFile;
    if (!this._loading.has(file) && ![prompts, holdouts, triggers].some((list) => list?.length)) return;
    const prompt = await this._module<PromptModule>(file);
    if (preview) prompt.preview(answer);
    else if (trigger.type === "page_view") prompt.arm(answer);
    else prompt.showDue(answer);
  }

  private _video() {
    return this._module<VideoModule>(this._config._videoFile);
  }

  /** Opens a lazy module once; after a failure the next need tries again. */
  private _module<M extends { start(host: Host): unknown }>(file: string): Promise<ReturnType<M["start"]>> {
    const opened =
      this._loading.get(file) ??
      this._env.load<M>(file).then(
        (module) => module.start(this._host),
        (failure) => {
          this._loading.delete(file);
          throw failure;
        },
      );
    this._loading.set(file, opened);
    return opened as Promise<ReturnType<M["start"]>>;
  }

  private _findVideos(): void {
    const found = guard(() => void this._video().catch(() => {}));
    if (document.querySelector("video")) return found() as undefined;
    // Media events do not bubble, but they can be captured: this catches elements that the page adds later.
    for (const type of ["loadstart", "play"]) listen(document, type, found, { capture: true, once: true });
  }
}
