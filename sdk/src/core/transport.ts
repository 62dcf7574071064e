/**
 * Carries queued messages to the collector.
 * Must never drop a message without an answer, nor repeat one that the collector has judged.
 */
import { type Environment, post } from "./environment";
import type { Queue, Queued } from "./queue";
import { backoffMs, isRetried, readRetryAfterMs } from "./retry";

export const FLUSH_AT = 20;
export const FLUSH_AFTER_MS = 3000;
/** Browsers let 64 KB of keepalive requests leave a page in sum; the rest is for headers and for decide. */
export const EXIT_BYTES = 60_000;
/** Room for the write key, the time and the brackets around the messages. */
const ENVELOPE_BYTES = 300;

export class Transport {
  private _env: Environment;
  private _url: string;
  private _writeKey: string;
  private _queue: Queue;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _sending = false;
  private _attempts = 0;
  private _waitUntil = 0;
  private _leavingBytes = 0;

  constructor(env: Environment, url: string, writeKey: string, queue: Queue) {
    this._env = env;
    this._url = url;
    this._writeKey = writeKey;
    this._queue = queue;
  }

  /** Sends soon: at once from 20 messages on, else within 3 s of the first. */
  schedule(): void {
    if (this._attempts || this._sending) return;
    const wait = this._waitUntil - this._env.now();
    if (wait > 0) this._later(wait);
    else if (this._queue._waiting() >= FLUSH_AT) this.flush();
    else if (this._timer === undefined && this._queue._waiting()) this._later(FLUSH_AFTER_MS);
  }

  /** Sends what waits, unless an earlier failure asks for patience. */
  flush(): void {
    if (!this._attempts) this._flush();
  }

  /** Sends what may leave with the page; the rest stays in storage. */
  flushAtExit(): void {
    if (this._env.now() < this._waitUntil) return;
    const items = this._queue._take("beacon", EXIT_BYTES - ENVELOPE_BYTES - this._leavingBytes, true);
    if (items.length) this._send(items, true).then((done) => (done ? this.schedule() : this._backOff()));
  }

  /** Forgets an earlier failure, for instance when the browser is online again. */
  retryNow(): void {
    this._attempts = 0;
    this._flush();
  }

  stop(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
  }

  private _later(delay: number): void {
    this.stop();
    this._timer = setTimeout(() => this._flush(), delay);
  }

  private _backOff(): void {
    const delay = backoffMs(this._attempts++, this._env.chance());
    this._later(Math.max(delay, this._waitUntil - this._env.now()));
  }

  private async _flush(): Promise<void> {
    this.stop();
    if (this._sending || this._env.now() < this._waitUntil) return this.schedule();
    const items = this._queue._take("beacon", EXIT_BYTES - ENVELOPE_BYTES);
    if (!items.length) return;
    this._sending = true;
    const done = await this._send(items);
    this._sending = false;
    if (done) this.schedule();
    else this._backOff();
  }

  /** Says whether the messages are settled: stored, judged, or handed to the browser for good. */
  private async _send(items: Queued[], atExit?: boolean): Promise<boolean> {
    const env = this._env;
    const sentAt = new Date(env.now()).toISOString();
    const batch = items.map((item) => item._json);
    const body = `{"writeKey":${JSON.stringify(this._writeKey)},"sentAt":"${sentAt}","batch":[${batch}]}`;
    if (atExit && !env.keepalive) {
      // No answer comes: the messages stay stored, and are sent again on the next page under the same ids.
      env.beacon(this._url, body);
      this._queue._release(items, "beacon");
      return true;
    }
    const bytes = items.reduce((sum, item) => sum + item._bytes + 1, ENVELOPE_BYTES);
    // Every request that fits is keepalive: the page may be left while it is on its way.
    const keepalive = this._leavingBytes + bytes <= EXIT_BYTES;
    if (keepalive) this._leavingBytes += bytes;
    let status = 0;
    try {
      const answer = await env.fetch(this._url, post(body, { keepalive }));
      status = answer.status;
      const wait = isRetried(status) ? readRetryAfterMs(answer.headers.get("Retry-After"), env.now()) : 0;
      this._waitUntil = env.now() + wait;
    } catch {
      // No answer: the messages stay queued.
    }
    if (keepalive) this._leavingBytes -= bytes;
    if (isRetried(status)) {
      this._queue._release(items, "beacon");
      return false;
    }
    // 2xx: stored, and what was rejected would be rejected again. 4xx: likewise.
    this._attempts = 0;
    this._queue._remove(items);
    return true;
  }
}
