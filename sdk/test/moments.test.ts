import { describe, expect, it, vi } from "vitest";
import type { When } from "../src/generated/wire";
import { pass } from "./environment";
import { asked, bus, makeAnswer, makePrompt, makePrompts, popup, show, tracked } from "./prompts";

describe("moments", () => {
  const video = (changes: Record<string, unknown>) => {
    const element = document.createElement("video");
    element.dataset.kikkakeVideo = "tour";
    for (const [key, value] of Object.entries({
      paused: false,
      currentTime: 0,
      ended: false,
      seeking: false,
      ...changes,
    })) {
      Object.defineProperty(element, key, { value, writable: true });
    }
    document.body.append(element);
    return element;
  };
  const arm = (when: When) => makePrompts().prompts.arm(makeAnswer({ prompts: [makePrompt({ when })] }));

  it("immediate: with the next turn", async () => {
    arm({});
    await pass(1);
    expect(popup()).not.toBeNull();
  });

  it("delay and idle: after so many seconds", async () => {
    arm({ type: "delay", seconds: 5 });
    await pass(4999);
    expect(popup()).toBeNull();
    await pass(2);
    expect(popup()).not.toBeNull();
    bus.emit("quiet");
    arm({ type: "idle", seconds: 5 });
    await pass(4000);
    window.dispatchEvent(new Event("keydown"));
    await pass(4000);
    expect(popup()).toBeNull();
    await pass(1001);
    expect(popup()).not.toBeNull();
  });

  it("dwell: counts visible time only", async () => {
    const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
    arm({ type: "dwell", seconds: 3 });
    await pass(10_000);
    hidden.mockReturnValue(false);
    await pass(2900);
    expect(popup()).toBeNull();
    await pass(200);
    expect(popup()).not.toBeNull();
  });

  it("scroll: at that share of the page", () => {
    Object.defineProperty(document.documentElement, "scrollHeight", { value: 4000, configurable: true });
    vi.stubGlobal("innerHeight", 800);
    vi.stubGlobal("scrollY", 1000);
    arm({ type: "scroll", share: 0.5 });
    window.dispatchEvent(new Event("scroll"));
    expect(popup()).toBeNull();
    vi.stubGlobal("scrollY", 1200);
    window.dispatchEvent(new Event("scroll"));
    expect(popup()).not.toBeNull();
  });

  it("exit_intent: when the pointer leaves by the top", () => {
    arm({ type: "exit_intent" });
    document.documentElement.dispatchEvent(new MouseEvent("mouseleave", { clientY: 300 }));
    expect(popup()).toBeNull();
    document.documentElement.dispatchEvent(new MouseEvent("mouseleave", { clientY: -1 }));
    expect(popup()).not.toBeNull();
  });

  it("element: when it comes into view, even if it is added later", async () => {
    arm({ type: "element", selector: "#reviews" });
    const element = document.createElement("div");
    element.id = "reviews";
    document.body.append(element);
    await pass(10);
    show(0.1);
    expect(popup()).not.toBeNull();
  });

  it("video_time: once the playhead is there", () => {
    arm({ type: "video_time", video: "tour", at: 20 });
    const element = video({ currentTime: 19.9 });
    element.dispatchEvent(new Event("timeupdate"));
    expect(popup()).toBeNull();
    element.currentTime = 20.1;
    element.dispatchEvent(new Event("timeupdate"));
    expect(popup()).not.toBeNull();
  });

  it("video_paused and video_ended: of that video", () => {
    arm({ type: "video_paused", video: "other" });
    video({ paused: true }).dispatchEvent(new Event("pause"));
    expect(popup()).toBeNull();
    arm({ type: "video_paused" });
    video({ paused: true, ended: true }).dispatchEvent(new Event("pause"));
    expect(popup()).toBeNull();
    video({ paused: true }).dispatchEvent(new Event("pause"));
    expect(popup()).not.toBeNull();
    bus.emit("quiet");
    arm({ type: "video_ended", video: "tour" });
    video({ ended: true }).dispatchEvent(new Event("ended"));
    expect(popup()).not.toBeNull();
  });

  it("custom: when that event is tracked", () => {
    arm({ type: "custom", event: "Quiz Finished" });
    bus.emit("Quiz Started");
    expect(popup()).toBeNull();
    bus.emit("Quiz Finished");
    expect(popup()).not.toBeNull();
  });

  it("withhold where the prompt would have come, and forget the last page's", async () => {
    const { prompts } = makePrompts();
    const holdout = { campaignId: "spring", decisionId: "d-9", when: { type: "delay" as const, seconds: 2 } };
    prompts.arm(makeAnswer({ holdouts: [holdout] }));
    await pass(1000);
    prompts.arm(makeAnswer({ holdouts: [{ ...holdout, decisionId: "d-10" }] }));
    expect(tracked).toEqual([]);
    await pass(5000);
    expect(tracked).toEqual([["Prompt Withheld", { campaign_id: "spring", decision_id: "d-10" }]]);
  });

  it("ask again when the answer has grown old by then", async () => {
    const { prompts } = makePrompts();
    const when = { type: "custom" as const, event: "Asked" };
    prompts.arm(makeAnswer({ prompts: [makePrompt({ when })], ttl: 30 }));
    await pass(31_000);
    bus.emit("Asked");
    expect([popup(), asked]).toEqual([null, [{ type: "custom", event: "Asked" }]]);
  });

  it("an answer that comes early for one waits for its own moment", async () => {
    const { prompts } = makePrompts();
    const early = { type: "dwell" as const, seconds: 4 };
    const late = { type: "dwell" as const, seconds: 8 };
    prompts.arm(makeAnswer({ triggers: [early, late] }));
    await pass(4100);
    const holdouts = [{ campaignId: "h", decisionId: "d-2", when: late }];
    prompts.showDue(makeAnswer({ prompts: [makePrompt({ when: late })], holdouts }));
    expect([popup(), tracked, asked.length]).toEqual([null, [], 1]);
    await pass(4100);
    prompts.showDue(makeAnswer({ prompts: [makePrompt({ when: late })], holdouts }));
    expect([popup() === null, tracked.length, asked.length]).toEqual([false, 1, 2]);
  });

  it("ask about campaigns that are not armed, again where the moment can come again", async () => {
    const { prompts } = makePrompts();
    const triggers: When[] = [
      { type: "video_paused" },
      { type: "video_paused" },
      { type: "video_time", at: 5 },
      {},
    ];
    prompts.arm(makeAnswer({ triggers }));
    const element = video({ paused: true, currentTime: 12 });
    element.dispatchEvent(new Event("pause"));
    await pass(1500);
    element.dispatchEvent(new Event("pause"));
    (element as unknown as { paused: boolean }).paused = false;
    element.dispatchEvent(new Event("timeupdate"));
    element.dispatchEvent(new Event("timeupdate"));
    await pass(5000);
    const tour = { id: "tour", position: 12 };
    expect(asked).toEqual([
      { type: "video_paused", video: { ...tour, state: "paused" } },
      { type: "video_paused", video: { ...tour, state: "paused" } },
      { type: "video_time", video: { ...tour, state: "playing" } },
    ]);
  });
});
