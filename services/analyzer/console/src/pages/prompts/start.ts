/**
 * A new campaign that begins with a moment of a video: it offers that moment to those who have not seen it.
 * Must never be run as it is: it is a draft, to be read and named first.
 */
import { type Draft, draftCampaign, draftVariant } from "./campaign";

export interface Start {
  video: string;
  startAt: number;
  endAt: number | null;
  goal: string;
}

/** Share held out, so that the moment is measured by lot as well. */
const HOLDOUT = 0.2;
const LOOKS_FOR_S = 4;

/** Reads the moment out of an address; null when there is none. */
export function readStart(search: string): Start | null {
  const query = new URLSearchParams(search);
  const video = query.get("video");
  const startAt = Number(query.get("start_at") ?? Number.NaN);
  const endAt = Number(query.get("end_at") ?? Number.NaN);
  if (!video || !(startAt >= 0)) return null;
  return { video, startAt, endAt: endAt > startAt ? endAt : null, goal: query.get("goal") || "purchase" };
}

/** @param words what the campaign is called and says, in the reader's language */
export function draftStart(
  { video, startAt, endAt, goal }: Start,
  src: string | null,
  words: { name: string; title: string; cta: string },
): Draft {
  const draft = draftCampaign(undefined, "UTC");
  const seen = {
    kind: "watched" as const,
    not: true,
    video,
    from: String(startAt),
    to: String(endAt ?? startAt + 10),
    share: "0.5",
  };
  const content = {
    title: words.title,
    cta: { label: words.cta },
    video: { id: video, start_at: startAt, src: src ?? "" },
  };
  return {
    ...draft,
    name: words.name,
    goal,
    holdout: HOLDOUT,
    rows: { match: "all", rows: [seen] },
    when: { ...draft.when, type: "dwell", seconds: String(LOOKS_FOR_S) },
    variants: [draftVariant({ id: "a", kind: "video", content })],
  };
}
