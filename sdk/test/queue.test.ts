import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createDecider } from "../src/core/decide";
import { createQueue, MAX_AGE_MS, MAX_MESSAGES, ORPHAN_MS } from "../src/core/queue";
import { createTransport, EXIT_BYTES } from "../src/core/transport";
import type { Message } from "../src/generated/wire";
import { type Answer, emptyAnswer, makeMessage, makeStore, makeWorld, pass, START } from "./environment";

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

const stored = (value: string | undefined): string[] =>
  value ? JSON.parse(value).m.map((message: Message) => message.messageId) : [];

const makeQueue = (store = makeStore(), key = "q.1") => createQueue(store, key, () => Date.now());

describe("the queue", () => {
  it("keeps what is not acknowledged in storage, also while it is on its way", () => {
    const store = makeStore();
    const queue = makeQueue(store);
    for (const id of ["a", "b", "c"]) queue._add(makeMessage(id));
    const [first] = queue._take("beacon", 200);
    expect(first?._id).toBe("a");
    expect(stored(store.values.get("q.1"))).toEqual(["a", "b", "c"]);
    queue._remove(first ? [first] : []);
    expect(stored(store.values.get("q.1"))).toEqual(["b", "c"]);
    queue._remove(queue._take("beacon", 10_000));
    expect(store.values.has("q.1")).toBe(false);
  });

  it("hands a message to one sender at a time; page exit takes a decision's too", () => {
    const queue = makeQueue();
    queue._add(makeMessage("a"));
    const decided = queue._take("decide", 10_000);
    expect(queue._take("beacon", 10_000)).toEqual([]);
    const leaving = queue._take("beacon", 10_000, true);
    expect(leaving.map((item) => item._id)).toEqual(["a"]);
    queue._release(decided, "decide");
    expect(queue._waiting()).toBe(0);
    queue._release(leaving, "beacon");
    expect(queue._waiting()).toBe(1);
  });

  it("takes over this tab's last page at once, another tab's only when its page is gone", () => {
    const store = makeStore();
    for (const key of ["q.mine", "q.other"]) makeQueue(store, key)._add(makeMessage(`from ${key}`));
    store.values.set("q.broken", "{");
    makeQueue(store, "q.2")._adopt("q.mine");
    expect(stored(store.values.get("q.2"))).toEqual(["from q.mine"]);
    expect(store.keys().sort()).toEqual(["q.2", "q.other"]);
    vi.setSystemTime(START + ORPHAN_MS);
    const third = makeQueue(store, "q.3");
    third._adopt("q.2");
    expect(stored(store.values.get("q.3")).sort()).toEqual(["from q.mine", "from q.other"]);
    third._adopt("q.2");
    expect(third._waiting()).toBe(2);
  });

  it("forgets what is a week old, what is too large, and the oldest beyond its cap", () => {
    const store = makeStore();
    makeQueue(store, "q.0")._add(makeMessage("old"));
    vi.setSystemTime(START + MAX_AGE_MS);
    const queue = makeQueue(store);
    queue._adopt("q.0");
    queue._add(makeMessage("large", { properties: { text: "x".repeat(32_000) } }));
    expect(queue._waiting()).toBe(0);
    for (let i = 0; i < MAX_MESSAGES + 5; i++) queue._add(makeMessage(`m${i}`));
    expect(queue._waiting()).toBe(MAX_MESSAGES);
    expect(queue._take("beacon", 1000)[0]?._id).toBe("m5");
  });

  it("keeps everything in memory and the newest in storage when storage is full", () => {
    const store = makeStore((value) => value.length < 1500);
    const queue = makeQueue(store);
    for (let i = 0; i < 20; i++) queue._add(makeMessage(`m${i}`));
    expect(queue._waiting()).toBe(20);
    expect(stored(store.values.get("q.1")).at(-1)).toBe("m19");
  });
});

describe("the transport", () => {
  const make = (answer: (n: number) => Answer = () => ({}), changes = {}) => {
    const world = makeWorld(changes);
    let n = 0;
    world.answer = () => answer(n++);
    const queue = makeQueue();
    const transport = createTransport(world.env, "https://c.example/v1/batch", "wk", queue);
    const add = (...ids: string[]) => {
      for (const id of ids) queue._add(makeMessage(id));
      transport._schedule();
    };
    return { world, queue, transport, add };
  };
  const ids = (batch: Message[] | undefined) => batch?.map((message) => message.messageId);

  it("waits three seconds, or until there are twenty", async () => {
    const { world, add } = make();
    add("a", "b");
    await pass(2999);
    expect(world.sent).toEqual([]);
    await pass(2);
    expect(ids(world.batches()[0])).toEqual(["a", "b"]);
    add(...Array.from({ length: 20 }, (_, i) => `m${i}`));
    expect(world.batches()).toHaveLength(2);
    await pass(60_000);
    expect(world.batches()).toHaveLength(2);
  });

  it("sends as text, with keepalive, without cookies, with the time of sending", async () => {
    const { world, add } = make();
    add("a");
    await pass(3001);
    expect(world.sent[0]?.init).toMatchObject({
      method: "POST",
      keepalive: true,
      credentials: "omit",
      headers: { "Content-Type": "text/plain;charset=UTF-8" },
    });
    expect(JSON.parse(world.sent[0]?.body ?? "")).toMatchObject({
      writeKey: "wk",
      sentAt: "2026-05-01T09:00:03.000Z",
    });
  });

  it("tries again after 5xx and silence, ever later, with the same ids", async () => {
    const { world, queue, add } = make((n) => [{ status: 500 }, { down: true }, {}][n] ?? {});
    add("a");
    await pass(3001);
    add("b");
    await pass(498);
    expect(world.sent).toHaveLength(1);
    await pass(10);
    expect(ids(world.batches()[1])).toEqual(["a", "b"]);
    await pass(900);
    expect(world.sent).toHaveLength(2);
    await pass(200);
    expect(ids(world.batches()[2])).toEqual(["a", "b"]);
    expect(queue._waiting()).toBe(0);
    await pass(120_000);
    expect(world.sent).toHaveLength(3);
  });

  it("obeys Retry-After on 429, at page exit too", async () => {
    const { world, transport, add } = make((n) =>
      n ? {} : { status: 429, headers: { "Retry-After": "30" } },
    );
    add("a");
    await pass(3001);
    await pass(29_000);
    transport._flushAtExit();
    expect(world.sent).toHaveLength(1);
    await pass(1010);
    expect(world.sent).toHaveLength(2);
  });

  it.each([400, 401, 403, 404, 413, 422])("never repeats what %i has judged", async (status) => {
    const { world, queue, add } = make(() => ({ status }));
    add("a");
    await pass(120_000);
    expect(world.sent).toHaveLength(1);
    expect(queue._take("beacon", 1000)).toEqual([]);
  });

  it("drops what a 200 rejected", async () => {
    const { world, queue, add } = make(() => ({
      body: { success: true, accepted: 0, rejected: 1, errors: [{ index: 0 }] },
    }));
    add("a");
    await pass(120_000);
    expect(world.sent).toHaveLength(1);
    expect(queue._waiting()).toBe(0);
  });

  it("lets at most 60 KB leave with the page, and keeps the rest", async () => {
    const { world, queue, transport } = make(() => ({ after: 1000 }));
    for (let i = 0; i < 30; i++)
      queue._add(makeMessage(`m${i}`, { properties: { text: "茶".repeat(1000) } }));
    transport._flushAtExit();
    transport._flushAtExit();
    const bytes = world.sent.reduce((sum, { body }) => sum + new TextEncoder().encode(body).length, 0);
    expect(bytes).toBeLessThanOrEqual(EXIT_BYTES);
    expect(bytes).toBeGreaterThan(EXIT_BYTES - 4000);
    expect(queue._waiting()).toBe(30 - world.messages().length);
    // The page was only hidden: what had no room follows.
    await pass(10_000);
    expect(new Set(world.messages().map((message) => message.messageId)).size).toBe(30);
  });

  it("counts what is already on its way against what may leave", async () => {
    const { world, queue, transport } = make(() => ({ after: 1000 }));
    for (let i = 0; i < 10; i++) queue._add(makeMessage(`m${i}`, { properties: { text: "x".repeat(4000) } }));
    transport._flush();
    for (let i = 10; i < 20; i++)
      queue._add(makeMessage(`m${i}`, { properties: { text: "x".repeat(4000) } }));
    transport._flushAtExit();
    const bytes = world.sent.reduce((sum, { body }) => sum + body.length, 0);
    expect(world.sent).toHaveLength(2);
    expect(bytes).toBeLessThanOrEqual(EXIT_BYTES);
    await pass(2000);
  });

  it("uses the beacon where fetch does not outlive the page, and keeps the messages", () => {
    const { world, queue, transport } = make(() => ({}), { keepalive: false });
    queue._add(makeMessage("a"));
    transport._flushAtExit();
    expect(ids(world.batches()[0])).toEqual(["a"]);
    expect(queue._waiting()).toBe(1);
  });
});

describe("the decider", () => {
  const make = (answer: (events: Message[], n: number) => Answer) => {
    const world = makeWorld();
    let n = 0;
    world.answer = ({ body }) => answer(JSON.parse(body).events, n++);
    const queue = makeQueue();
    const flush = vi.fn();
    const decider = createDecider(world.env, "https://e.example/v1/decide", queue, flush);
    for (const id of ["a", "b", "c"]) queue._add(makeMessage(id));
    return { world, queue, flush, decider };
  };
  const request = { writeKey: "wk", trigger: { type: "page_view" as const } };

  it("carries what waits, each with its time of sending, and forgets what was accepted", async () => {
    const { world, queue, flush, decider } = make((events) => ({ body: emptyAnswer({ events }) }));
    const asked = decider._ask(request);
    await pass(10);
    expect((await asked)?.decisionId).toBe("d-0");
    expect(world.decides()[0]?.events.map((event) => event.sentAt)).toEqual(
      Array(3).fill("2026-05-01T09:00:00.000Z"),
    );
    expect(queue._take("beacon", 10_000)).toEqual([]);
    expect(flush).not.toHaveBeenCalled();
  });

  it("gives the collector what could not be stored, and drops what was refused", async () => {
    const error = (index: number, code: string) => ({ index, code, pointer: "", detail: "" });
    const { queue, flush, decider } = make(() => ({
      body: {
        ...emptyAnswer({}),
        eventsAccepted: 1,
        eventErrors: [error(0, "store_unavailable"), error(2, "missing_id")],
      },
    }));
    const asked = decider._ask(request);
    await pass(10);
    await asked;
    expect(queue._take("beacon", 10_000).map((item) => item._id)).toEqual(["a"]);
    expect(flush).toHaveBeenCalledOnce();
  });

  it.each([
    ["is down", { down: true }],
    ["fails", { status: 500 }],
    ["is too slow", { after: 60_000 }],
    ["counts nothing", { body: { decisionId: "d", prompts: [], holdouts: [], ttl: 1 } }],
  ])("keeps everything when the engager %s", async (_, answer) => {
    const { queue, flush, decider } = make(() => answer);
    const asked = decider._ask(request);
    await pass(10_000);
    await asked;
    expect(queue._waiting()).toBe(3);
    expect(flush).toHaveBeenCalledOnce();
  });

  it("replaces an unanswered question by the newer one, with the same messages", async () => {
    const { world, queue, decider } = make((events, n) => ({
      body: emptyAnswer({ events }),
      after: n ? 5 : 1000,
    }));
    const first = decider._ask(request);
    const second = decider._ask(request);
    await pass(2000);
    expect(await first).toBeUndefined();
    expect((await second)?.decisionId).toBe("d-0");
    expect(world.decides()[1]?.events).toHaveLength(3);
    expect(queue._waiting()).toBe(0);
    expect(queue._take("beacon", 1000)).toEqual([]);
  });

  it("sends nothing with a preview", async () => {
    const { world, queue, decider } = make((events) => ({ body: emptyAnswer({ events }) }));
    const asked = decider._ask({ ...request, preview: "spring" });
    await pass(10);
    await asked;
    expect(world.decides()[0]?.events).toEqual([]);
    expect(queue._waiting()).toBe(3);
  });
});
