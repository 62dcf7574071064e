import { describe, expect, it, vi } from "vitest";
import { Prompts } from "../src/prompt";
import { pass } from "./environment";
import { bus, ids, inside, makeAnswer, makePrompt, makePrompts, popup, show, tracked } from "./prompts";

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
    expect([player?.currentTime, player?.src]).toEqual([
      24,
      new URL("/film.mp4#t=24", document.baseURI).href,
    ]);
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
