/**
 * A campaign as the form has it, and as the API has it.
 * Must never lose what the form does not show: it is carried through.
 */
import type { Schemas } from "../../api";
import { readLocal, writeLocal } from "../../i18n/zone";
import { type Rule, type RuleRows, readRows, writeRows } from "../../rules/builder";

export type Campaign = Schemas["CampaignShown"];
export type Status = Campaign["status"];
export type Body = Omit<Schemas["CampaignCreate"], "id" | "status" | "version">;
type Json = Record<string, unknown>;

export const WHEN_TYPES = [
  "immediate",
  "delay",
  "scroll",
  "dwell",
  "exit_intent",
  "idle",
  "element",
  "video_time",
  "video_paused",
  "video_ended",
  "custom",
] as const;
export type WhenType = (typeof WHEN_TYPES)[number];
export const KINDS = ["popup", "toast", "bar", "inline", "video", "survey"] as const;
export type Kind = (typeof KINDS)[number];

/** Which fields of `when` each type has. */
export const WHEN_FIELDS: Record<WhenType, ("seconds" | "share" | "selector" | "video" | "at" | "event")[]> =
  {
    immediate: [],
    delay: ["seconds"],
    scroll: ["share"],
    dwell: ["seconds"],
    exit_intent: [],
    idle: ["seconds"],
    element: ["selector"],
    video_time: ["video", "at"],
    video_paused: ["video"],
    video_ended: ["video"],
    custom: ["event"],
  };

export type WhenDraft = { type: WhenType } & Record<
  "seconds" | "share" | "selector" | "video" | "at" | "event",
  string
>;

export interface VariantDraft {
  id: string;
  weight: string;
  kind: Kind;
  slot: string;
  title: string;
  body: string;
  image: string;
  ctaLabel: string;
  ctaUrl: string;
  dismiss: string;
  videoId: string;
  videoStart: string;
  videoSrc: string;
  /** The video is found for each visitor, by the products they looked at. */
  videoRelated: boolean;
  questions: Json[];
  /** Multi-step prompts are written through the API; the form keeps them. */
  steps: Json[] | undefined;
}

export interface Draft {
  name: string;
  purpose: string;
  goal: string;
  priority: string;
  holdout: number;
  allocation: Campaign["allocation"];
  /** The audience as rows; null while it is edited as JSON. */
  rows: RuleRows | null;
  json: string;
  when: WhenDraft;
  from: string;
  to: string;
  hourFrom: string;
  hourTo: string;
  perSession: string;
  perVisitor: string;
  perDays: string;
  variants: VariantDraft[];
}

const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
/** Drops what was left empty. */
const given = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));
const number = (value: string): number | undefined => (value.trim() === "" ? undefined : Number(value));

export function draftVariant(variant: Json): VariantDraft {
  const content = object(variant.content);
  const cta = object(content.cta);
  const video = object(content.video);
  return {
    id: text(variant.id),
    weight: text(variant.weight ?? 1),
    kind: (variant.kind ?? "popup") as Kind,
    slot: text(variant.slot),
    title: text(content.title),
    body: text(content.body),
    image: text(content.image),
    ctaLabel: text(cta.label),
    ctaUrl: text(cta.url),
    dismiss: text(content.dismiss_label),
    videoId: text(video.id),
    videoStart: text(video.start_at),
    videoSrc: text(video.src),
    videoRelated: video.related === true,
    questions: Array.isArray(content.questions) ? (content.questions as Json[]) : [],
    steps: Array.isArray(variant.steps) ? (variant.steps as Json[]) : undefined,
  };
}

function readVideo({ videoRelated, videoId, videoStart, videoSrc }: VariantDraft): Json | undefined {
  if (videoRelated) return given({ related: true, start_at: number(videoStart) });
  return videoId ? given({ id: videoId, start_at: number(videoStart), src: videoSrc }) : undefined;
}

/** Returns what a variant says, as the SDK shows it. */
export function readContent(draft: VariantDraft): Json {
  const { title, body, image, ctaLabel, ctaUrl, dismiss, questions } = draft;
  return given({
    title,
    body,
    image,
    cta: ctaLabel ? given({ label: ctaLabel, url: ctaUrl }) : undefined,
    dismiss_label: dismiss,
    video: readVideo(draft),
    questions: questions.length ? questions : undefined,
  });
}

function readVariant(draft: VariantDraft): Json {
  const { id, weight, kind, slot, steps } = draft;
  return given({ id, weight: Number(weight), kind, slot, content: readContent(draft), steps });
}

/** Returns the form of a campaign; without one, of a new one. Times are by the clock of `zone`, the site's. */
export function draftCampaign(campaign: Campaign | undefined, zone: string): Draft {
  const when = object(campaign?.when);
  const schedule = object(campaign?.schedule);
  const hours = object(schedule.hours);
  const frequency = object(campaign ? campaign.frequency : { per_session: 1 });
  const perVisitor = object(frequency.per_visitor);
  const audience: Rule = campaign?.audience ?? { all: [] };
  return {
    name: campaign?.name ?? "",
    purpose: campaign?.purpose ?? "",
    goal: campaign?.goal ?? "purchase",
    priority: text(campaign?.priority ?? 0),
    holdout: campaign?.holdout ?? 0.1,
    allocation: campaign?.allocation ?? "even",
    rows: readRows(audience),
    json: JSON.stringify(audience, null, 2),
    when: {
      type: (when.type ?? "immediate") as WhenType,
      seconds: text(when.seconds),
      share: text(when.share),
      selector: text(when.selector),
      video: text(when.video),
      at: text(when.at),
      event: text(when.event),
    },
    from: writeLocal(schedule.from, zone),
    to: writeLocal(schedule.to, zone),
    hourFrom: text(hours.from),
    hourTo: text(hours.to),
    perSession: text(frequency.per_session),
    perVisitor: text(perVisitor.count),
    perDays: text(perVisitor.days),
    variants: (campaign?.variants ?? [{ id: "a", kind: "popup" }]).map(draftVariant),
  };
}

function readWhen(when: WhenDraft): Json {
  const fields = Object.fromEntries(
    WHEN_FIELDS[when.type].map((field) => {
      const isNumber = field === "seconds" || field === "share" || field === "at";
      return [field, isNumber ? number(when[field]) : when[field].trim()];
    }),
  );
  return { type: when.type, ...given(fields) };
}

function readSchedule({ from, to, hourFrom, hourTo }: Draft, zone: string): Json | null {
  const bounds = given({
    from: from && readLocal(from, zone),
    to: to && readLocal(to, zone),
    hours: hourFrom || hourTo ? { from: Number(hourFrom || 0), to: Number(hourTo || 24) } : undefined,
  });
  return Object.keys(bounds).length ? bounds : null;
}

/** Returns the audience; throws `SyntaxError` for JSON that is none. */
export function readAudience({ rows, json }: Pick<Draft, "rows" | "json">): Rule {
  return rows ? writeRows(rows) : (JSON.parse(json) as Rule);
}

/** Returns what is sent; throws `SyntaxError` when the audience is no JSON. */
export function readCampaign(draft: Draft, zone: string): Body {
  const perVisitor = draft.perVisitor
    ? { count: Number(draft.perVisitor), days: Number(draft.perDays || 30) }
    : undefined;
  return {
    name: draft.name,
    purpose: draft.purpose || null,
    goal: draft.goal,
    priority: Number(draft.priority || 0),
    holdout: draft.holdout,
    allocation: draft.allocation,
    audience: readAudience(draft),
    when: readWhen(draft.when) as Body["when"],
    schedule: readSchedule(draft, zone) as Body["schedule"],
    frequency: given({ per_session: number(draft.perSession), per_visitor: perVisitor }) as Body["frequency"],
    variants: draft.variants.map(readVariant) as unknown as Body["variants"],
  };
}
