/**
 * The messages that the SDK builds, as files that the collector's tests read too: what one side sends, the other admits.
 * `UPDATE_GOLDEN=1 npm test` writes them anew.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Client } from "../src/client";
import type { Message } from "../src/generated/wire";
import { CONFIG, makeWorld, pass, START } from "./environment";

const folder = resolve(import.meta.dirname, "../../tests/golden/wire");

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  localStorage.clear();
  sessionStorage.clear();
  document.title = "Sencha";
  vi.spyOn(navigator, "userAgent", "get").mockReturnValue(
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  );
  vi.spyOn(navigator, "language", "get").mockReturnValue("ja");
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(
    "https://shop.example/tea/sencha?utm_source=mail&utm_medium=email&utm_campaign=spring&gclid=G1",
  );
});
afterEach(() => {
  vi.useRealTimers();
});

async function visit(act: (client: Client) => void): Promise<Message[]> {
  const world = makeWorld();
  const client = new Client(world.env, { ...CONFIG, _consent: "required" });
  client.start(false);
  client.consent({ analytics: true });
  act(client);
  await pass(5000);
  return world.messages();
}

const played = {
  session_id: "view-1",
  content_asset_id: "tasting",
  title: "Tasting",
  total_length: 72,
  livestream: false,
};
const tea = {
  product_id: "sencha",
  name: "Sencha",
  category: "green",
  brand: "Minori",
  price: 1800,
  currency: "JPY",
};
const prompt = {
  campaign_id: "spring",
  variant_id: "a",
  decision_id: "01890a5d-ac96-774b-bcce-b302099a8057",
};

const VISITS: Record<string, (client: Client) => void> = {
  sdk_commerce: (client) => {
    client.track("Product Viewed", tea);
    client.track("Product Added", { ...tea, quantity: 2 });
    client.identify("u-1", { email: "hana@example.com", plan: "gold" });
    client.track("Order Completed", {
      order_id: "o-1",
      revenue: 3600,
      currency: "JPY",
      products: [{ ...tea, quantity: 2 }],
    });
    client.page("Thanks", { step: 3 });
  },
  sdk_video: (client) => {
    client.track("Video Playback Started", {
      ...played,
      position: 0,
      played: [],
      started_by_prompt: "spring",
    });
    client.track("Video Content Started", { ...played, position: 0.02, played: [], startup_ms: 312 });
    client.track("Video Content Playing", { ...played, position: 10.1, played: [[0, 10.1]] });
    client.track("Video Playback Seek Started", {
      ...played,
      position: 12.345,
      seek_position: 40,
      played: [[10.1, 12.345]],
    });
    client.track("Video Playback Exited", { ...played, position: 51.25, played: [[40, 51.25]] });
    client.track("Video Playback Started", {
      ...played,
      total_length: null,
      livestream: true,
      position: 3,
      played: [],
    });
  },
  sdk_prompt: (client) => {
    client.track("Prompt Shown", prompt);
    client.track("Prompt Clicked", prompt);
    client.track("Prompt Dismissed", prompt);
    client.track("Prompt Answered", {
      ...prompt,
      answers: { why: "Gift", which: ["green", "black"], stars: 4 },
    });
    client.track("Prompt Withheld", { campaign_id: prompt.campaign_id, decision_id: prompt.decision_id });
  },
};

it.each(Object.keys(VISITS))("%s is what the SDK sends", async (name) => {
  const messages = await visit(VISITS[name] ?? (() => {}));
  const file = `${folder}/${name}.json`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${JSON.stringify(messages, null, 2)}\n`);
  expect(messages).toEqual(JSON.parse(readFileSync(file, "utf8")));
});
