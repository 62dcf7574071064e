import { describe, expect, it } from "vitest";
import { type Event, joinRanges, sumOrders, tellStory } from "../src/pages/visitors/story";

let number = 0;
const event = (name: string, properties: Event["properties"] = {}, type = "track"): Event => ({
  message_id: `m-${++number}`,
  type,
  event: type === "track" ? name : "",
  timestamp: new Date(number * 1000).toISOString(),
  anonymous_id: "a",
  page_path: type === "page" ? name : null,
  properties,
});
const video = { content_asset_id: "film", session_id: "v1", title: "The film", total_length: 60 };

describe("a person's story", () => {
  it("tells a view in one line, with all that was played and done in it", () => {
    number += 10;
    const page = event("/", {}, "page");
    number += 10;
    const lines = tellStory([
      page,
      event("Video Playback Started", { ...video, position: 0 }),
      event("Video Content Playing", { ...video, played: [[0, 10]] }),
      event("Product Viewed", { product_id: "p", name: "Tea", price: 10, currency: "EUR" }),
      event("Video Playback Buffer Started", video),
      event("Video Content Playing", { ...video, played: [[10, 14.5]] }),
      event("Video Liked", video),
      event("Video Content Playing", { ...video, played: [[30, 36]] }),
    ]);
    expect(lines.map(({ kind }) => kind)).toEqual(["page", "view", "product"]);
    expect(lines[1]).toMatchObject({
      video: "film",
      ranges: [
        [0, 14.5],
        [30, 36],
      ],
      length: 60,
      stalls: 1,
      actions: ["liked"],
    });
  });

  it("keeps two views of one video apart, and survives ranges that are none", () => {
    const lines = tellStory([
      event("Video Content Playing", { ...video, played: [[0, 5]] }),
      event("Video Content Playing", { ...video, session_id: "v2", played: [[5, 1], "x", [7, 9]] as never }),
    ]);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatchObject({ ranges: [[7, 9]] });
  });

  it("tells a prompt by what became of it", () => {
    const ids = { campaign_id: "c", variant_id: "a", decision_id: "d" };
    const lines = tellStory([
      event("Prompt Shown", ids),
      event("Something Else"),
      event("Prompt Clicked", ids),
      event("Prompt Withheld", { ...ids, decision_id: "e" }),
    ]);
    expect(lines.map(({ kind }) => kind)).toEqual(["prompt", "event", "prompt"]);
    expect(lines[0]).toMatchObject({ outcomes: ["shown", "clicked"] });
  });

  it("tells a page by the event that comes with it", () => {
    const page = event("/products/p", {}, "page");
    const viewed = event("Product Viewed", { name: "Tea" });
    expect(tellStory([page, viewed]).map(({ kind }) => kind)).toEqual(["product"]);
  });

  it("sums orders by currency, less what was given back", () => {
    const lines = tellStory([
      event("Order Completed", { order_id: "1", revenue: 100, currency: "JPY" }),
      event("Order Completed", { order_id: "2", total: 40, currency: "EUR" }),
      event("Order Refunded", { order_id: "1", revenue: 30, currency: "JPY" }),
      event("Order Refunded", { order_id: "2" }),
    ]);
    expect([...sumOrders(lines)]).toEqual([
      ["JPY", 70],
      ["EUR", 40],
    ]);
  });

  it("joins ranges in any order", () => {
    expect(
      joinRanges([
        [5, 6],
        [0, 2],
        [1.99, 3],
      ]),
    ).toEqual([
      [0, 3],
      [5, 6],
    ]);
  });
});
