/** Builders for the tests: a clock that stands still, ids in order, a server that answers from a script. */
import { vi } from "vitest";
import type { Config } from "../src/client";
import type { Environment } from "../src/core/environment";
import type { Store } from "../src/core/store";
import type { DecideAnswer, DecideRequest, Message } from "../src/generated/wire";

export const START = Date.parse("2026-05-01T09:00:00.000Z");

export interface Sent {
  url: string;
  body: string;
  init: RequestInit;
}

export interface Answer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** No answer at all. */
  down?: boolean;
  after?: number;
}

export interface World {
  env: Environment;
  sent: Sent[];
  loaded: string[];
  /** Judges each request; the default accepts everything and shows nothing. */
  answer: (sent: Sent) => Answer;
  batches(): Message[][];
  messages(): Message[];
  decides(): (DecideRequest & { events: Message[] })[];
}

export const emptyAnswer = (decide: { events?: unknown[] }): DecideAnswer => ({
  decisionId: "d-0",
  prompts: [],
  holdouts: [],
  ttl: 60,
  eventsAccepted: decide.events?.length ?? 0,
  eventErrors: [],
});

/** A world whose clock is vitest's fake timers. */
export function makeWorld(changes: Partial<Environment> = {}): World {
  let count = 0;
  const parsed = (path: string) =>
    world.sent.filter(({ url }) => url.endsWith(path)).map(({ body }) => JSON.parse(body));
  const world: World = {
    sent: [],
    loaded: [],
    answer: ({ url, body }) => ({ body: url.endsWith("decide") ? emptyAnswer(JSON.parse(body)) : {} }),
    batches: () => parsed("/v1/batch").map((body) => body.batch),
    messages: () => world.batches().flat(),
    decides: () => parsed("/v1/decide"),
    env: {
      now: () => Date.now(),
      random: (bytes) => {
        bytes.fill(0);
        bytes[15] = ++count & 255;
        bytes[14] = count >> 8;
        return bytes;
      },
      chance: () => 0,
      keepalive: true,
      gpc: false,
      beacon: (url, body) => !!world.sent.push({ url, body, init: {} }),
      load: (file) => {
        world.loaded.push(file);
        return Promise.reject(new Error("no module here"));
      },
      fetch: (url, init) => {
        const sent = { url, body: String(init.body ?? ""), init };
        world.sent.push(sent);
        const { status = 200, body = {}, headers = {}, down, after = 1 } = world.answer(sent);
        return new Promise((resolve, reject) => {
          init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
          setTimeout(
            () =>
              down
                ? reject(new TypeError("down"))
                : resolve(new Response(JSON.stringify(body), { status, headers })),
            after,
          );
        });
      },
      ...changes,
    },
  };
  return world;
}

export const CONFIG: Config = {
  _writeKey: "wk_test",
  _collector: "https://c.example",
  _engager: "https://e.example",
  _consent: "granted",
  _version: "0.1.0",
  _videoFile: "video-0.js",
  _promptFile: "prompt-0.js",
};

export function makeStore(
  fits: (value: string) => boolean = () => true,
): Store & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: (key) => values.get(key) ?? null,
    set: (key, value) => fits(value) && !!values.set(key, value),
    remove: (key) => void values.delete(key),
    keys: () => [...values.keys()],
  };
}

export const makeMessage = (id: string, changes: Partial<Message> = {}): Message => ({
  type: "track",
  event: "Tested",
  messageId: id,
  anonymousId: "v-1",
  timestamp: new Date(START).toISOString(),
  ...changes,
});

/** Lets timers and promises run for this long. */
export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
