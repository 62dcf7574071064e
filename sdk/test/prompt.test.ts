import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Bus, createBus } from "../src/core/bus";
import type { Host } from "../src/core/host";
import type { DecideAnswer, Prompt, Trigger, When } from "../src/generated/wire";
import { Prompts } from "../src/prompt";
import { readAddress } from "../src/prompt/address";
import { pass, START } from "./environment";

let bus: Bus;
let tracked: [string, Record<string, unknown>][];
let asked: Trigger[];
let show: (ratio: number) => void;

class Observer {
  static targets = new Map<Element, Observer>();
  callback: (entries: { intersectionRatio: number; isIntersecting: boolean }[]) => void;
  constructor(callback: Observer["callback"]) {
    this.callback = callback;
    show = (ratio) => callback([{ intersectionRatio: ratio, isIntersecting: ratio > 0 }]);
  }
  observe() {}
  disconnect() {
    this.callback = () => {};
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  vi.stubGlobal("IntersectionObserver", Observer);
  document.body.replaceChildren();
  document.documentElement.lang = "en";
  bus = createBus();
  tracked = [];
  asked = [];
});
afterEach(() => {
  bus.emit("quiet");
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function makePrompts() {
  const host: Host = {
    track: (event, properties) => void tracked.push([event, properties]),
    on: bus.on,
    decide: (trigger) => void asked.push(trigger),
    watchVideo: () => {},
    newId: () => "id",
    names: new WeakMap(),
    startedBy: new WeakMap(),
  };
  return {
    prompts: new Prompts(
      host,
      () => Date.now(),
      () => import("../src/survey"),
    ),
    host,
  };
}

const makePrompt = (changes: Partial<Prompt> = {}): Prompt => ({
  campaignId: "spring",
  variantId: "a",
  decisionId: "d-1",
  kind: "popup",
  when: {},
  content: { title: "First <b>flush</b>", body: "Fresh.", cta: { label: "See it" }, dismiss_label: "Later" },
  ...changes,
});
const makeAnswer = (changes: Partial<DecideAnswer>): DecideAnswer => ({
  decisionId: "d-0",
  prompts: [],
  holdouts: [],
  ttl: 60,
  ...changes,
});
const popup = () => document.querySelector("kikkake-prompt");
const inside = <E extends Element>(selector: string) => popup()?.shadowRoot?.querySelector<E>(selector);
const ids = { campaign_id: "spring", variant_id: "a", decision_id: "d-1" };

describe("the popup", () => {
  it("is a named dialog of plain text, and counts as shown after a second in view", async () => {
    makePrompts().prompts.showDue(makeAnswer({ prompts: [makePrompt()] }));
    expect({ ...popup()?.getAttributeNames() }).toBeTruthy();
    expect((popup() as HTMLElement).dataset).toMatchObject({ campaign: "spring", variant: "a" });
    const dialog = inside<HTMLElement>("[role=dialog]");
    expect(dialog?.getAttribute("aria-modal")).toBe("true");
    expect(inside(`#${dialog?.getAttribute("aria-labelledby")}`)?.textContent).toBe("First <b>flush</b>");
    expect(inside(".close")?.getAttribute("aria-label")).toBe("Close");
    expect(inside("b")).toBeNull();
    show(0.49);
    await pass(2000);
    show(0.6);
    await pass(999);
    show(0.2);
    await pass(2000);
    expect(tracked).toEqual([]);
    show(1);
    await pass(1001);
    expect(tracked).toEqual([["Prompt Shown", ids]]);
  });

  it("speaks the page's language", () => {
    document.documentElement.lang = "ja-JP";
    makePrompts().prompts.showDue(makeAnswer({ prompts: [makePrompt()] }));
    expect(inside(".close")?.getAttribute("aria-label")).toBe("閉じる");
  });

  it.each([".close", ".dismiss"])("is dismissed by %s", (selector) => {
    makePrompts().prompts.showDue(makeAnswer({ prompts: [makePrompt()] }));
    inside<HTMLElement>(selector)?.click();
    expect(popup()).toBeNull();
    expect(tracked).toEqual([["Prompt Dismissed", ids]]);
  });

  it("is clicked and gone, unless it leads elsewhere by itself", () => {
    const { prompts } = makePrompts();
    prompts.showDue(makeAnswer({ prompts: [makePrompt()] }));
    inside<HTMLElement>(".cta")?.click();
    expect(popup()).toBeNull();
    expect(tracked).toEqual([["Prompt Clicked", ids]]);
    prompts.showDue(
      makeAnswer({ prompts: [makePrompt({ content: { title: "T", cta: { label: "L", url: "/tea" } } })] }),
    );
    expect(inside<HTMLAnchorElement>("a.cta")?.pathname).toBe("/tea");
  });

  it("never takes the focus out of a form field", async () => {
    const field = document.createElement("input");
    const next = document.createElement("button");
    document.body.append(field, next);
    field.focus();
    makePrompts().prompts.showDue(makeAnswer({ prompts: [makePrompt()] }));
    await pass(5000);
    expect(popup()).toBeNull();
    next.focus();
    field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    await pass(10);
    expect(popup()).not.toBeNull();
  });

  it("shows one dialog at a time, and kinds of later versions not at all", () => {
    const { prompts } = makePrompts();
    prompts.showDue(makeAnswer({ prompts: [makePrompt({ kind: "hologram" as "popup" })] }));
    expect(popup()).toBeNull();
    prompts.showDue(makeAnswer({ prompts: [makePrompt(), makePrompt({ campaignId: "b" })] }));
    expect(document.querySelectorAll("kikkake-prompt")).toHaveLength(1);
  });

  it("in preview reports nothing", async () => {
    makePrompts().prompts.preview(makeAnswer({ prompts: [makePrompt({ when: { type: "scroll" } })] }));
    show(1);
    await pass(2000);
    inside<HTMLElement>(".close")?.click();
    expect([popup(), tracked]).toEqual([null, []]);
  });

  it("goes at once when consent is withdrawn", () => {
    makePrompts().prompts.showDue(makeAnswer({ prompts: [makePrompt()] }));
    bus.emit("quiet");
    expect([popup(), tracked]).toEqual([null, []]);
  });

  it("plays the page's video from its moment", () => {
    const video = document.createElement("video");
    video.dataset.kikkakeVideo = "tour";
    video.play = vi.fn(() => Promise.resolve());
    video.scrollIntoView = vi.fn();
    Object.defineProperty(video, "currentTime", { value: 0, writable: true });
    Object.defineProperty(video, "readyState", { value: 1 });
    document.body.append(video);
    const { prompts, host } = makePrompts();
    const content = { title: "T", cta: { label: "Watch" }, video: { id: "tour", start_at: 31 } };
    prompts.showDue(makeAnswer({ prompts: [makePrompt({ content })] }));
    inside<HTMLElement>(".cta")?.click();
    expect([video.currentTime, popup(), host.startedBy.get(video)]).toEqual([31, null, "spring"]);
    expect(video.play).toHaveBeenCalledOnce();
  });
});

describe("bar, toast and inline", () => {
  it.each(["bar", "toast"] as const)("a %s leaves the focus where it is", async (kind) => {
    const button = document.createElement("button");
    document.body.append(button);
    button.focus();
    makePrompts().prompts.showDue(makeAnswer({ prompts: [makePrompt({ kind })] }));
    await pass(10);
    expect(document.activeElement).toBe(button);
    expect(inside("dialog")).toBeNull();
    expect(inside(kind === "bar" ? "[role=region][aria-labelledby=title]" : "[role=status]")).not.toBeNull();
    show(1);
    await pass(1001);
    inside<HTMLElement>(".close")?.click();
    expect(popup()).toBeNull();
    expect(tracked).toEqual([
      ["Prompt Shown", ids],
      ["Prompt Dismissed", ids],
    ]);
  });

  it("stand beside each other and beside a popup, one of each", () => {
    const prompts = (["bar", "toast", "bar", "popup"] as const).map((kind) => makePrompt({ kind }));
    makePrompts().prompts.showDue(makeAnswer({ prompts }));
    const kinds = [...document.querySelectorAll<HTMLElement>("kikkake-prompt")].map(
      ({ dataset }) => dataset.kind,
    );
    expect(kinds).toEqual(["bar", "toast", "popup"]);
  });

  it("a toast goes by itself, and nobody has dismissed it", async () => {
    makePrompts().prompts.showDue(makeAnswer({ prompts: [makePrompt({ kind: "toast" })] }));
    await pass(19_000);
    expect(popup()).not.toBeNull();
    await pass(2000);
    expect([popup(), tracked]).toEqual([null, []]);
  });

  it("inline stands in its slot, and gives it back as it was", () => {
    const slot = document.createElement("div");
    slot.dataset.kikkakeSlot = "hero";
    slot.append("before");
    document.body.append(slot);
    const prompts = [
      makePrompt({ kind: "inline", slot: "hero" }),
      makePrompt({ kind: "inline", slot: "gone" }),
    ];
    makePrompts().prompts.showDue(makeAnswer({ prompts }));
    expect(document.querySelectorAll("kikkake-prompt")).toHaveLength(1);
    expect([slot.firstElementChild, slot.textContent]).toEqual([popup(), ""]);
    inside<HTMLElement>(".close")?.click();
    expect(slot.textContent).toBe("before");
  });
});

describe("the video bubble", () => {
  it("opens a player from its moment, which is watched and closes for good", () => {
    const play = vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
    const { prompts, host } = makePrompts();
    const watched = vi.spyOn(host, "watchVideo");
    const content = { title: "Pouring", video: { id: "tour", start_at: 24, src: "/film.mp4" } };
    prompts.showDue(makeAnswer({ prompts: [makePrompt({ kind: "video", content })] }));
    expect(inside(".cta")?.textContent).toBe("Play");
    inside<HTMLElement>(".cta")?.click();
    const player = inside<HTMLVideoElement>("dialog video");
    player?.dispatchEvent(new Event("loadedmetadata"));
    expect([player?.currentTime, player?.src]).toEqual([24, new URL("/film.mp4#t=24", document.baseURI).href]);
    expect(watched).toHaveBeenCalledWith(player, { id: "tour", title: "Pouring" });
    expect(play).toHaveBeenCalledOnce();
    expect(host.startedBy.get(player as HTMLVideoElement)).toBe("spring");
    inside<HTMLElement>(".close")?.click();
    expect([popup(), tracked]).toEqual([null, [["Prompt Clicked", ids]]]);
  });
});

describe("the survey", () => {
  const questions = [
    { id: "why", type: "single", label: "Why?", options: ["Gift", "Me"], required: true },
    { id: "which", type: "multiple", label: "Which?", options: [{ value: "g", label: "Green" }, "Black"] },
    { id: "stars", type: "rating", label: "How good?" },
    { id: "words", type: "text", label: "Anything else?" },
  ];
  const open = async () => {
    makePrompts().prompts.showDue(
      makeAnswer({ prompts: [makePrompt({ kind: "survey", content: { title: "Two minutes", questions } })] }),
    );
    await vi.waitFor(() => expect(popup()).not.toBeNull());
  };
  const submit = () => inside("form")?.dispatchEvent(new Event("submit", { cancelable: true }));
  const choose = (value: string) => {
    const input = inside<HTMLInputElement>(`input[value="${value}"]`);
    if (input) input.checked = true;
  };

  it("reports what was answered, once, and says thank you", async () => {
    await open();
    for (const value of ["Gift", "g", "Black", "4"]) choose(value);
    submit();
    expect(tracked).toEqual([
      ["Prompt Answered", { ...ids, answers: { why: "Gift", which: ["g", "Black"], stars: 4 } }],
    ]);
    expect([inside("form"), inside("#title")?.textContent]).toEqual([null, "Thank you for your answer."]);
    await pass(4001);
    expect([popup(), tracked.length]).toEqual([null, 1]);
  });

  it("asks for what is required", async () => {
    await open();
    submit();
    expect([inside("[role=alert]")?.textContent, tracked]).toEqual(["Please answer: Why?", []]);
    inside<HTMLElement>(".close")?.click();
    expect(tracked).toEqual([["Prompt Dismissed", ids]]);
  });

  it("stays away when its module does not come", async () => {
    const { host } = makePrompts();
    const prompts = new Prompts(
      host,
      () => Date.now(),
      () => Promise.reject(new Error("down")),
    );
    prompts.showDue(
      makeAnswer({ prompts: [makePrompt({ kind: "survey", content: { title: "T", questions } })] }),
    );
    await pass(1000);
    expect([popup(), tracked]).toEqual([null, []]);
  });
});

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

describe("readAddress", () => {
  it("lets web addresses through, and nothing that runs", () => {
    expect(readAddress("https://shop.example/a")).toBe("https://shop.example/a");
    expect(readAddress("/tea")).toBe(new URL("/tea", document.baseURI).href);
    for (const bad of [
      "javascript:alert(1)",
      " java\nscript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "",
      undefined,
    ]) {
      expect(readAddress(bad)).toBeUndefined();
    }
  });
});
