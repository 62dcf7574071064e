/**
 * Asks the engager what this visitor should see now, with the messages that must count in that very decision.
 * Must never hold the page up, nor lose a message that the engager did not take.
 */
import type { DecideAnswer, DecideRequest, Trigger } from "../generated/wire";
import { type Environment, post } from "./environment";
import type { Queue, Queued } from "./queue";

/** A slower answer is no answer: the visitor has moved on, and the collector takes the messages. */
const TIMEOUT_MS = 5000;
/** Leaves room for a beacon within what may leave with the page. */
const MAX_EVENT_BYTES = 30_000;

export interface Decider {
  /**
   * Resolves to the answer, or undefined if none came or a newer question of the same trigger replaced this one.
   * A preview carries no messages.
   */
  _ask(request: DecideRequest & { trigger: Trigger }): Promise<DecideAnswer | undefined>;
}

export function createDecider(env: Environment, url: string, queue: Queue, flush: () => void): Decider {
  const asking = new Map<string, { _abort: AbortController; _items: Queued[] }>();

  const settle = (items: Queued[], answer: DecideAnswer | undefined) => {
    // Only what the engager made durable, or judged, leaves the queue; the rest goes to the collector.
    const errors = answer?.eventErrors ?? [];
    const kept = new Set(
      errors.filter((error) => error.code === "store_unavailable").map((error) => error.index),
    );
    const counted = answer?.eventsAccepted != null && answer.eventsAccepted + errors.length >= items.length;
    queue._release(items, "decide");
    if (counted) queue._remove(items.filter((_, index) => !kept.has(index)));
    if (items.length && (!counted || kept.size)) flush();
  };

  return {
    async _ask(request) {
      const kind = request.trigger.type ?? "";
      const replaced = asking.get(kind);
      if (replaced) {
        // Its messages count in the newer question, so they are free before that is put.
        queue._release(replaced._items, "decide");
        replaced._abort.abort();
      }
      const abort = new AbortController();
      const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
      const items = request.preview ? [] : queue._take("decide", MAX_EVENT_BYTES);
      asking.set(kind, { _abort: abort, _items: items });
      const sentAt = `,"sentAt":"${new Date(env.now()).toISOString()}"}`;
      const events = items.map((item) => item._json.slice(0, -1) + sentAt);
      const body = `${JSON.stringify(request).slice(0, -1)},"events":[${events}]}`;
      let answer: DecideAnswer | undefined;
      try {
        const response = await env.fetch(url, post(body, { signal: abort.signal }));
        if (response.ok) answer = await response.json();
      } catch {
        // Unreachable, too slow or replaced: the page stays as it is.
      }
      clearTimeout(timer);
      if (asking.get(kind)?._abort !== abort) return undefined;
      asking.delete(kind);
      settle(items, answer);
      return answer;
    },
  };
}
