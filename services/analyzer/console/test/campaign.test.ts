import { describe, expect, it } from "vitest";
import { type Campaign, draftCampaign, readCampaign } from "../src/pages/prompts/campaign";
import { readRates } from "../src/pages/settings/rates";
import { writeTag } from "../src/pages/settings/tag";

const FULL: Campaign = {
  id: "pour",
  name: "Those who saw the pouring",
  purpose: "More first orders",
  status: "running",
  audience: { all: [{ any: [{ segment: "a" }, { segment: "b" }] }] },
  when: { type: "video_time", video: "tea", at: 30 },
  schedule: {
    from: "2026-01-01T00:00:00.000Z",
    to: "2026-02-01T00:00:00.000Z",
    hours: { from: 22, to: 6 },
  },
  priority: -3,
  frequency: { per_session: 1, per_visitor: { count: 3, days: 30 } },
  holdout: 0.25,
  allocation: "thompson",
  goal: "purchase",
  variants: [
    {
      id: "a",
      weight: 2,
      kind: "survey",
      content: {
        title: "One question",
        cta: { label: "Go", url: "/x" },
        video: { id: "tea", start_at: 0, src: "/tea.mp4" },
        questions: [{ id: "q1", type: "rating", label: "How?", scale: 7 }],
      },
      steps: [{ anything: true }],
    },
    { id: "b", weight: 1, kind: "inline", slot: "top", content: { body: "Hello" } },
  ],
  version: 7,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

describe("the form of a campaign", () => {
  it("gives back what it was given, also what it does not show", () => {
    const { id: _, status: __, version: ___, created_at: ____, updated_at: _____, ...sent } = FULL;
    expect(readCampaign(draftCampaign(FULL, "Asia/Tokyo"), "Asia/Tokyo")).toEqual(sent);
  });

  it("leaves out what was left empty", () => {
    const body = readCampaign({ ...draftCampaign(undefined, "Asia/Tokyo"), name: "New" }, "Asia/Tokyo");
    expect(body).toMatchObject({ audience: { all: [] }, schedule: null, when: { type: "immediate" } });
    expect(body.variants).toEqual([{ id: "a", weight: 1, kind: "popup", content: {} }]);
  });

  it("sends a video that is found for each visitor without an id or address of its own", () => {
    const related = { title: "Seen this?", video: { related: true, start_at: 5 } };
    const campaign = { ...FULL, variants: [{ id: "a", weight: 1, kind: "video", content: related }] };
    const draft = draftCampaign(campaign as Campaign, "UTC");
    expect(readCampaign(draft, "UTC").variants[0]?.content).toEqual(related);
    draft.variants = draft.variants.map((one) => ({ ...one, videoId: "tea", videoSrc: "/tea.mp4" }));
    expect(readCampaign(draft, "UTC").variants[0]?.content).toEqual(related);
  });

  it("sends only what the chosen moment has", () => {
    const draft = draftCampaign(FULL, "Asia/Tokyo");
    draft.when = { ...draft.when, type: "delay", seconds: "8" };
    expect(readCampaign(draft, "Asia/Tokyo").when).toEqual({ type: "delay", seconds: 8 });
  });

  it("refuses an audience that is no JSON", () => {
    expect(() =>
      readCampaign({ ...draftCampaign(undefined, "Asia/Tokyo"), rows: null, json: "{" }, "UTC"),
    ).toThrow(SyntaxError);
  });
});

describe("settings", () => {
  it("reads rates of rows that name a currency", () => {
    expect(
      readRates([
        { code: "EUR", rate: "160.5" },
        { code: "", rate: "1" },
      ]),
    ).toEqual({ EUR: 160.5 });
  });

  it("writes the tag, and the engager only where it is another address", () => {
    expect(writeTag("https://c.example/", "https://e.example", "wk_1")).toBe(
      '<script async src="https://c.example/sdk/kikkake.js" data-write-key="wk_1" data-engager="https://e.example"></script>',
    );
    expect(writeTag("https://c.example", "https://c.example", "wk_1")).not.toContain("data-engager");
    expect(writeTag("", "", "wk_1")).toContain('src="COLLECTOR/sdk/kikkake.js"');
  });
});
