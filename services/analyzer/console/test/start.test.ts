import { describe, expect, it } from "vitest";
import { readCampaign } from "../src/pages/prompts/campaign";
import { draftStart, readStart } from "../src/pages/prompts/start";

describe("a prompt made of a moment", () => {
  it("reads the moment out of the address", () => {
    expect(readStart("video=tea%2Flive&start_at=24&end_at=36&goal=big")).toEqual({
      video: "tea/live",
      startAt: 24,
      endAt: 36,
      goal: "big",
    });
    expect(readStart("?video=tea&start_at=0")).toMatchObject({ startAt: 0, endAt: null, goal: "purchase" });
    for (const none of ["", "video=tea", "start_at=3", "video=tea&start_at=-1", "video=tea&start_at=x"])
      expect(readStart(none)).toBeNull();
  });

  it("offers the moment to those who have not seen it, and holds a part out", () => {
    const start = { video: "tea", startAt: 24, endAt: 36, goal: "purchase" };
    const words = { name: "From 0:24", title: "See it", cta: "Watch" };
    const body = readCampaign(draftStart(start, "/tea.mp4", words), "UTC");
    expect(body).toMatchObject({
      name: "From 0:24",
      holdout: 0.2,
      audience: { all: [{ not: { watched: { video: "tea", from: 24, to: 36, share: 0.5 } } }] },
      when: { type: "dwell", seconds: 4 },
    });
    expect(body.variants).toMatchObject([
      { kind: "video", content: { title: "See it", video: { id: "tea", start_at: 24, src: "/tea.mp4" } } },
    ]);
  });
});
