/** A question as the form has it, and as the API has it; what can be asked by what. Pure. */
import type { Schemas } from "../../api";
import { type RuleRows, readRows } from "../../rules/builder";
import { type ConditionDraft, draftConditions, readConditions } from "../../rules/conditions";
import { readAudience } from "../prompts/campaign";

export type Question = Schemas["QuestionShown"];
export type Answer = Schemas["AnswerShown"];
export type Measure = Question["measure"];
export type Interval = NonNullable<Question["interval"]>;
type Body = Omit<Schemas["QuestionCreate"], "id">;

/** No question's id can be this. */
export const NEW = "~new";
export const INTERVALS = ["day", "week", "month"] as const;
export const DAYS = [7, 30, 90, 365] as const;

const OF_ALL = [
  "channel",
  "source",
  "medium",
  "device",
  "locale",
  "customer",
  "lifecycle",
  "segment",
  "trait",
] as const;
const OF_MESSAGES = ["page", "video", "event"] as const;
export type Group = (typeof OF_ALL)[number] | (typeof OF_MESSAGES)[number] | "prompt";

/** The measures, and by what each goes besides what all go by. */
export const MEASURES: Record<Measure, readonly Group[]> = {
  persons: OF_MESSAGES,
  visitors: OF_MESSAGES,
  sessions: OF_MESSAGES,
  page_views: ["page"],
  events: OF_MESSAGES,
  conversions: [],
  conversion_rate: [],
  revenue: [],
  average_order_value: [],
  revenue_per_person: [],
  video_viewers: ["video"],
  watched_seconds: ["video"],
  prompts_shown: ["prompt", "page"],
  prompt_clicks: ["prompt", "page"],
};
const OF_EVENTS: readonly Measure[] = ["persons", "visitors", "sessions", "events"];
const OF_GOALS: readonly Measure[] = [
  "conversions",
  "conversion_rate",
  "revenue",
  "average_order_value",
  "revenue_per_person",
];

/** By what a measure can be broken down. */
export function listGroups(measure: Measure): Group[] {
  return [...MEASURES[measure], ...OF_ALL];
}

/** Whether a measure can be counted of one event alone. */
export function takesEvent(measure: Measure): boolean {
  return OF_EVENTS.includes(measure);
}

/** Whether a measure hangs on what counts as a conversion. */
export function takesGoal(measure: Measure): boolean {
  return OF_GOALS.includes(measure);
}

export interface QuestionDraft {
  name: string;
  measure: Measure;
  event: string;
  where: ConditionDraft[];
  group: Group | "";
  trait: string;
  interval: Interval | "";
  days: number;
  goal: string;
  rows: RuleRows | null;
  json: string;
}

export function draftQuestion(question?: Partial<Question>): QuestionDraft {
  const [group = "", ...rest] = (question?.breakdown ?? "").split(".");
  const rule = question?.filter ?? { all: [] };
  return {
    name: question?.name ?? "",
    measure: question?.measure ?? "persons",
    event: question?.event ?? "",
    where: draftConditions(question?.where),
    group: group as Group | "",
    trait: rest.join("."),
    interval: question?.interval ?? "",
    days: question?.window_days ?? 30,
    goal: question?.goal ?? "purchase",
    rows: readRows(rule),
    json: JSON.stringify(rule, null, 2),
  };
}

/** Returns the draft with another measure; what that measure does not go with is dropped. */
export function chooseMeasure(draft: QuestionDraft, measure: Measure): QuestionDraft {
  const group = draft.group && listGroups(measure).includes(draft.group) ? draft.group : "";
  return { ...draft, measure, group, ...(takesEvent(measure) ? {} : { event: "", where: [] }) };
}

/** What is sent; throws `SyntaxError` for a rule that is no JSON. */
export function readQuestion(draft: QuestionDraft): Body {
  const rule = readAudience(draft);
  const isEverybody = JSON.stringify(rule) === '{"all":[]}';
  const where = takesEvent(draft.measure) ? readConditions(draft.where) : [];
  const breakdown = draft.group === "trait" ? `trait.${draft.trait.trim()}` : draft.group;
  return {
    name: draft.name,
    measure: draft.measure,
    event: (takesEvent(draft.measure) && draft.event.trim()) || null,
    where: where.length ? where : null,
    breakdown: breakdown || null,
    filter: isEverybody ? null : rule,
    interval: draft.interval || null,
    window_days: draft.days,
    goal:
      takesGoal(draft.measure) || draft.group === "customer" || draft.group === "lifecycle"
        ? draft.goal
        : "purchase",
  };
}

/** The same as parameters of one request; the window ends at `now`. */
export function readQuery(draft: QuestionDraft, now: number) {
  const { name: _, where, filter, window_days: days, ...rest } = readQuestion(draft);
  const held = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)) as {
    measure: Measure;
  };
  return {
    ...held,
    ...(where ? { where: JSON.stringify(where) } : {}),
    ...(filter ? { filter: JSON.stringify(filter) } : {}),
    from: new Date(now - (days ?? 90) * 86_400_000).toISOString(),
  };
}

/** Questions to begin with; their names are texts `dashboard.start.<id>`. */
export const STARTS = {
  rate: { measure: "conversion_rate", interval: "week", window_days: 90 },
  revenue: { measure: "revenue", interval: "day", window_days: 30 },
  channels: { measure: "conversions", breakdown: "channel", window_days: 30 },
  customers: { measure: "conversion_rate", breakdown: "customer", window_days: 30 },
  videos: { measure: "watched_seconds", breakdown: "video", window_days: 30 },
  prompts: { measure: "prompt_clicks", breakdown: "prompt", window_days: 30 },
} as const satisfies Record<string, Partial<Body>>;
