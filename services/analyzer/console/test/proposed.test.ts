import { describe, expect, it } from "vitest";
import { readCampaign } from "../src/pages/prompts/campaign";
import { readProposal } from "../src/pages/prompts/proposed";

const BODY = {
  name: "Remind of the cart",
  status: "draft",
  audience: { all: [{ fact: "cart.items", op: "ge", value: 1 }] },
  when: { type: "delay", seconds: 3 },
  frequency: { per_session: 1, per_visitor: { count: 2, days: 30 } },
  holdout: 0.2,
  variants: [{ id: "a", kind: "toast", content: { title: "Waiting", cta: { label: "To the cart" } } }],
};

describe("a campaign that a report proposes", () => {
  it("is the form, and comes out of it as it was", () => {
    const draft = readProposal({ proposed: BODY }, "Asia/Tokyo");
    expect(draft).not.toBeNull();
    const { status: _, ...rest } = BODY;
    expect(draft && readCampaign(draft, "Asia/Tokyo")).toMatchObject({ ...rest, goal: "purchase" });
  });

  it("is none when the way here carried none", () => {
    for (const state of [null, undefined, {}, { proposed: null }, { proposed: {} }, "proposed"])
      expect(readProposal(state, "UTC")).toBeNull();
  });
});
