import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Client, type Config } from "../src/client";
import type { Environment } from "../src/core/environment";
import { CONFIG, emptyAnswer, makeWorld, pass, START, type World } from "./environment";

const setPage = (url: string) =>
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(url);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  localStorage.clear();
  sessionStorage.clear();
  document.body.replaceChildren();
  document.title = "Home";
  setPage("https://shop.example/?utm_source=mail");
});
afterEach(() => {
  vi.useRealTimers();
});

function open(
  config: Partial<Config> = {},
  changes: Partial<Environment> = {},
  world: World = makeWorld(changes),
) {
  const client = new Client(world.env, { ...CONFIG, ...config });
  return { client, world };
}
/** Everything sent, by either road, once. */
function arrived(world: World) {
  const all = [...world.decides().flatMap((decide) => decide.events), ...world.messages()];
  return [...new Map(all.map((message) => [message.messageId, message])).values()];
}
const names = (world: World) => arrived(world).map((message) => message.event ?? message.type);

describe("a page", () => {
  it("sends its page view with the decision that it asks for", async () => {
    const { client, world } = open();
    client.start(false);
    await pass(10);
    const [decide] = world.decides();
    expect(decide).toMatchObject({
      writeKey: "wk_test",
      trigger: { type: "page_view" },
      page: { url: "https://shop.example/?utm_source=mail", path: "/", title: "Home", referrer: "" },
    });
    expect(decide?.events[0]).toMatchObject({
      type: "page",
      anonymousId: decide?.anonymousId,
      context: { sessionId: decide?.sessionId, campaign: { source: "mail" }, page: { path: "/" } },
    });
    await pass(10_000);
    expect(world.batches()).toEqual([]);
  });

  it("leaves the first page view to the page's own code when that reports it", async () => {
    const { client, world } = open();
    client.start(true);
    client.page("Landing", { plan: "b" });
    await pass(10);
    expect(arrived(world)).toHaveLength(1);
    expect(arrived(world)[0]?.properties).toMatchObject({ name: "Landing", plan: "b", path: "/" });
  });

  it("counts each new address once, and no hash", async () => {
    const { client, world } = open();
    client.start(false);
    history.pushState({}, "", "/tea?sort=price");
    document.title = "Tea";
    await pass(10);
    history.replaceState({}, "", "/tea?sort=price#reviews");
    history.pushState({}, "", "/tea?sort=price");
    await pass(10);
    history.pushState({}, "", "/cart");
    client.track("Cart Viewed");
    await pass(5000);
    expect(names(world)).toEqual(["page", "page", "page", "Cart Viewed"]);
    expect(
      arrived(world)
        .map((message) => message.properties?.url)
        .slice(1, 3),
    ).toEqual(["https://shop.example/tea?sort=price", "https://shop.example/cart"]);
    expect(arrived(world)[1]?.properties).toMatchObject({
      title: "Tea",
      referrer: "https://shop.example/?utm_source=mail",
    });
  });

  it("keeps its visitor and session over pages, until half an hour of silence", async () => {
    const { client, world } = open();
    client.start(false);
    await pass(29 * 60_000);
    open({}, {}, world).client.start(false);
    await pass(31 * 60_000);
    open({}, {}, world).client.start(false);
    await pass(10);
    const asked = world.decides();
    expect(new Set(asked.map((decide) => decide.anonymousId)).size).toBe(1);
    expect(asked[1]?.sessionId).toBe(asked[0]?.sessionId);
    expect(asked[2]?.sessionId).not.toBe(asked[0]?.sessionId);
  });

  it("sends on the next page what this one could not", async () => {
    const { client, world } = open();
    client.start(false);
    await pass(10);
    world.answer = () => ({ down: true });
    client.track("Product Added", { product_id: "sencha" });
    window.dispatchEvent(new Event("pagehide"));
    await pass(10);
    const next = makeWorld();
    open({}, {}, next).client.start(false);
    await pass(10);
    const before = world.messages().find((message) => message.event === "Product Added");
    expect(arrived(next).find((message) => message.event === "Product Added")?.messageId).toBe(
      before?.messageId,
    );
  });

  it("knows the user from then on, also on the next page, and forgets on reset", async () => {
    const { client, world } = open();
    client.start(false);
    client.identify("u-1", { plan: "gold" }, { userToken: "jwt" });
    client.page();
    await pass(10);
    expect(world.decides().at(-1)).toMatchObject({ userId: "u-1", userToken: "jwt" });
    const next = open();
    next.client.start(false);
    await pass(10);
    expect(next.world.decides()[0]).toMatchObject({
      userId: "u-1",
      anonymousId: world.decides()[0]?.anonymousId,
    });
    next.client.reset();
    next.client.page();
    await pass(10);
    expect(next.world.decides().at(-1)?.userId).toBeUndefined();
    expect(next.world.decides().at(-1)?.anonymousId).not.toBe(world.decides()[0]?.anonymousId);
  });

  it("stays as it is when every server is down, and never throws", async () => {
    const { client, world } = open({ _consent: undefined });
    world.answer = () => ({ down: true });
    client.start(false);
    client.track("A");
    client.prompt("spring");
    client.attachVideo(document.createElement("video"), { id: "x" });
    await pass(300_000);
    expect(world.batches()).toEqual([]);
  });
});

describe("consent", () => {
  const agreed = () => Object.keys(localStorage).length + Object.keys(sessionStorage).length;

  it("required: stores and sends nothing until given, then the same visit", async () => {
    const { client, world } = open({ _consent: "required" });
    client.start(false);
    client.track("Product Viewed");
    await pass(60_000);
    window.dispatchEvent(new Event("pagehide"));
    expect([world.sent.length, agreed()]).toEqual([0, 0]);
    setPage("https://shop.example/#agreed");
    client.consent({ analytics: true });
    await pass(5000);
    expect(world.decides()).toEqual([]);
    expect(names(world)).toEqual(["page", "Product Viewed"]);
    expect(world.messages()[0]).toMatchObject({
      timestamp: new Date(START).toISOString(),
      context: {
        campaign: { source: "mail" },
        consent: { analytics: true, personalisation: false, replay: false },
      },
    });
    client.consent({ personalisation: true });
    await pass(10);
    expect(world.decides()).toHaveLength(1);
  });

  it("is remembered on the next page", async () => {
    const first = open({ _consent: "required" });
    first.client.start(false);
    first.client.consent({ analytics: true, personalisation: true });
    const { client, world } = open({ _consent: "required" });
    client.start(false);
    await pass(10);
    expect(world.decides()).toHaveLength(1);
  });

  it("denial clears storage and stops, here and on the next page", async () => {
    const { client, world } = open({ _consent: "required" });
    client.start(false);
    client.consent({ analytics: true, personalisation: true });
    client.track("A");
    client.consent({ analytics: false });
    const sent = world.sent.length;
    client.track("B");
    client.page();
    await pass(60_000);
    expect([world.sent.length, agreed()]).toEqual([sent, 0]);
    const next = open({ _consent: "required" });
    next.client.start(false);
    await pass(60_000);
    expect(next.world.sent).toEqual([]);
  });

  it("where not required keeps only the refusal itself", async () => {
    const { client } = open();
    client.start(false);
    client.consent({ analytics: false });
    expect({ ...localStorage }).toEqual({ "kikkake.consent": "000" });
    expect(sessionStorage).toHaveLength(0);
    const next = open();
    next.client.start(false);
    await pass(60_000);
    expect(next.world.sent).toEqual([]);
    next.client.consent({ analytics: true, personalisation: true });
    await pass(10);
    expect(names(next.world)).toEqual(["page"]);
  });

  it("comes from the site's setting, and waits for it as long as it takes", async () => {
    const { client, world } = open({ _consent: undefined });
    let down = true;
    world.answer = ({ url }) =>
      url.endsWith("/settings")
        ? { down, body: { kikkake: { consent: "granted" } } }
        : { body: emptyAnswer({ events: [1] }) };
    client.start(false);
    await pass(5000);
    expect(agreed()).toBe(0);
    expect(world.sent.every(({ url }) => url === "https://c.example/v1/projects/wk_test/settings")).toBe(
      true,
    );
    down = false;
    await pass(10_000);
    expect(names(world)).toEqual(["page"]);
    const required = open({ _consent: undefined });
    localStorage.clear();
    sessionStorage.clear();
    required.world.answer = () => ({ body: { kikkake: { consent: "required" } } });
    required.client.start(false);
    await pass(60_000);
    expect([required.world.sent.length, agreed()]).toEqual([1, 0]);
  });

  it("Global Privacy Control: measured without a stored id, never decided about", async () => {
    const { client, world } = open({}, { gpc: true });
    client.start(false);
    client.consent({ analytics: true, personalisation: true, replay: true });
    await pass(5000);
    expect(world.decides()).toEqual([]);
    expect(world.messages()[0]).toMatchObject({
      type: "page",
      context: { consent: { analytics: true, personalisation: false, replay: false } },
    });
    expect(Object.keys({ ...localStorage, ...sessionStorage })).toEqual(["kikkake.consent"]);
  });
});

describe("decisions", () => {
  const prompt = { campaignId: "c", variantId: "v", decisionId: "d", kind: "popup", when: {}, content: {} };

  it("open the prompt module only when there is something to show", async () => {
    const { client, world } = open();
    client.start(false);
    await pass(10);
    expect(world.loaded).toEqual([]);
    world.answer = ({ body }) => ({
      body: { ...emptyAnswer(JSON.parse(body)), triggers: [{ type: "scroll" }] },
    });
    client.page();
    await pass(10);
    expect(world.loaded).toEqual(["prompt-0.js"]);
  });

  it("that come after a navigation are not shown", async () => {
    const { client, world } = open();
    world.answer = ({ body }) => ({
      body: { ...emptyAnswer(JSON.parse(body)), prompts: [prompt] },
      after: 100,
    });
    client.start(false);
    await pass(50);
    world.answer = ({ body }) => ({ body: emptyAnswer(JSON.parse(body)) });
    history.pushState({}, "", "/elsewhere");
    await pass(1000);
    expect(world.loaded).toEqual([]);
    expect(names(world)).toEqual(["page", "page"]);
  });

  it("open the video module when there is a video, also a later one", async () => {
    const { client, world } = open();
    client.start(false);
    await pass(10);
    expect(world.loaded).toEqual([]);
    const video = document.createElement("video");
    document.body.append(video);
    video.dispatchEvent(new Event("play"));
    expect(world.loaded).toEqual(["video-0.js"]);
  });
});
