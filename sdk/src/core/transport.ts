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

export interface Transport {
  /** Sends soon: at once from 20 messages on, else within 3 s of the first. */
  _schedule(): void;
  /** Sends what waits, unless an earlier failure asks for patience. */
  _flush(): void;
  /** Sends what may leave with the page; the rest stays in storage. */
  _flushAtExit(): void;
  /** Forgets an earlier failure, for instance when the browser is online again. */
  _retryNow(): void;
  _stop(): void;
}

function buildBody(writeKey: string, items: Queued[], now: number): string {
  const batch = items.map((item) => item._json);
  return `{"writeKey":${JSON.stringify(writeKey)},"sentAt":"${new Date(now).toISOString()}","batch":[${batch}]}`;
}

export function createTransport(env: Environment, url: string, writeKey: string, queue: Queue): Transport {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending = false;
  let attempts = 0;
  let waitUntil = 0;
  let leavingBytes = 0;

  const stop = () => {
    timer = clearTimeout(timer) as undefined;
  };
  const later = (delay: number) => {
    stop();
    timer = setTimeout(send, delay);
  };
  const backOff = () => later(Math.max(backoffMs(attempts++, env.chance()), waitUntil - env.now()));
  const schedule = () => {
    if (attempts || sending) return;
    const wait = waitUntil - env.now();
    if (wait > 0) later(wait);
    else if (queue._waiting() >= FLUSH_AT) send();
    else if (timer === undefined && queue._waiting()) later(FLUSH_AFTER_MS);
  };

  /** Says whether the messages are settled: stored, judged, or handed to the browser for good. */
  const carry = async (items: Queued[], atExit?: boolean): Promise<boolean> => {
    const body = buildBody(writeKey, items, env.now());
    if (atExit && !env.keepalive) {
      // No answer comes: the messages stay stored, and are sent again on the next page under the same ids.
      env.beacon(url, body);
      queue._release(items, "beacon");
      return true;
    }
    const bytes = items.reduce((sum, item) => sum + item._bytes + 1, ENVELOPE_BYTES);
    // Every request that fits is keepalive: the page may be left while it is on its way.
    const keepalive = leavingBytes + bytes <= EXIT_BYTES;
    if (keepalive) leavingBytes += bytes;
    let status = 0;
    try {
      const answer = await env.fetch(url, post(body, { keepalive }));
      const { headers } = answer;
      status = answer.status;
      waitUntil = isRetried(status) ? env.now() + readRetryAfterMs(headers.get("Retry-After"), env.now()) : 0;
    } catch {
      // No answer: the messages stay queued.
    }
    if (keepalive) leavingBytes -= bytes;
    if (isRetried(status)) {
      queue._release(items, "beacon");
      return false;
    }
    // 2xx: stored, and what was rejected would be rejected again. 4xx: likewise.
    attempts = 0;
    queue._remove(items);
    return true;
  };

  const send = async () => {
    stop();
    if (sending || env.now() < waitUntil) return schedule();
    const items = queue._take("beacon", EXIT_BYTES - ENVELOPE_BYTES);
    if (!items.length) return;
    sending = true;
    const done = await carry(items);
    sending = false;
    if (done) schedule();
    else backOff();
  };

  return {
    _schedule: schedule,
    _flush: () => void (attempts || send()),
    _flushAtExit() {
      if (env.now() < waitUntil) return;
      const items = queue._take("beacon", EXIT_BYTES - ENVELOPE_BYTES - leavingBytes, true);
      if (items.length) carry(items, true).then((done) => (done ? schedule() : backOff()));
    },
    _retryNow() {
      attempts = 0;
      send();
    },
    _stop: stop,
  };
}
