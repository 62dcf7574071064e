import { describe, expect, it } from "vitest";
import {
  chooseMeasure,
  draftQuestion,
  listGroups,
  MEASURES,
  type Measure,
  readQuery,
  readQuestion,
  STARTS,
} from "../src/pages/dashboard/question";

const saved = {
  name: "Takings",
  measure: "events",
  event: "Product Viewed",
  where: [{ property: "price", op: "gt", value: 20 }],
  breakdown: "trait.plan.tier",
  filter: { all: [{ fact: "orders.count", op: "ge", value: 1 }] },
  interval: "day",
  window_days: 14,
  goal: "purchase",
} as const;

describe("a question", () => {
  it("reads back as it was saved", () => {
    expect(readQuestion(draftQuestion(structuredClone(saved) as never))).toEqual(saved);
  });

  it("of nothing in particular is of everybody, by nothing, in one figure", () => {
    expect(readQuestion({ ...draftQuestion(), name: "All" })).toEqual({
      name: "All",
      measure: "persons",
      event: null,
      where: null,
      breakdown: null,
      filter: null,
      interval: null,
      window_days: 30,
      goal: "purchase",
    });
  });

  it("drops what another measure does not go with", () => {
    const draft = draftQuestion({ measure: "events", breakdown: "event", event: "page", where: [] });
    const next = chooseMeasure(draft, "revenue");
    expect([next.group, next.event]).toEqual(["", ""]);
    expect(chooseMeasure(draft, "sessions").group).toBe("event");
  });

  it("is asked with nothing that is empty, up to now", () => {
    const now = Date.parse("2026-07-10T00:00:00Z");
    const query = readQuery(draftQuestion(structuredClone(saved) as never), now);
    expect(query).toMatchObject({
      measure: "events",
      from: "2026-06-26T00:00:00.000Z",
      filter: JSON.stringify(saved.filter),
      where: JSON.stringify(saved.where),
    });
    expect(Object.values(readQuery(draftQuestion(), now))).not.toContain(null);
  });

  it("has ready ones that go together", () => {
    for (const start of Object.values(STARTS)) {
      const group = "breakdown" in start ? start.breakdown : undefined;
      if (group) expect(listGroups(start.measure)).toContain(group);
    }
    for (const measure of Object.keys(MEASURES) as Measure[]) {
      expect(new Set(listGroups(measure)).size).toBe(listGroups(measure).length);
    }
  });
});
