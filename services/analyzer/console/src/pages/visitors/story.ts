/**
 * What a person did, as a reader wants it: one line for a view of a video with all that was played of it, one for a prompt.
 * Must never drop an event that has no line of its own: it is told by its name.
 */
import type { Schemas } from "../../api";

export type Event = Schemas["TimelineEvent"];
export type Range = [from: number, to: number];

const FRAME_MS = 1_000;

interface At {
  key: string;
  at: string;
}
export interface ViewLine extends At {
  kind: "view";
  video: string;
  title: string;
  length: number | null;
  live: boolean;
  ranges: Range[];
  stalls: number;
  failed: boolean;
  actions: string[];
}
export interface PromptLine extends At {
  kind: "prompt";
  campaign: string;
  variant: string;
  outcomes: string[];
}
export interface OrderLine extends At {
  kind: "order";
  order: string;
  revenue: number | null;
  currency: string;
  refunded: boolean;
}
export interface ProductLine extends At {
  kind: "product" | "added" | "removed";
  name: string;
  price: number | null;
  currency: string;
}
export interface PlainLine extends At {
  kind: "page" | "event";
  name: string;
  /** What the event is about, where its name says too little. */
  about?: string;
}
export type Line = ViewLine | PromptLine | OrderLine | ProductLine | PlainLine;

const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
const amount = (...values: unknown[]): number | null => {
  for (const value of values) if (typeof value === "number" && Number.isFinite(value)) return value;
  return null;
};

/** Joins ranges that touch or overlap. */
export function joinRanges(ranges: readonly Range[]): Range[] {
  const joined: Range[] = [];
  for (const [from, to] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 0.05) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

function readRanges(value: unknown): Range[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (range): range is Range =>
      Array.isArray(range) &&
      typeof range[0] === "number" &&
      typeof range[1] === "number" &&
      range[1] > range[0],
  );
}

const videoOf = ({
  content_asset_id: content,
  asset_id: asset,
  content_asset_ids: several,
}: Event["properties"]) =>
  text(content) || text(asset) || text(Array.isArray(several) ? several[0] : undefined);

const ACTIONS: Record<string, string> = {
  "Video Liked": "liked",
  "Video Commented": "commented",
  "Video Shared": "shared",
  "Video Product Clicked": "product",
};
const PROMPTS: Record<string, string> = {
  "Prompt Shown": "shown",
  "Prompt Clicked": "clicked",
  "Prompt Dismissed": "dismissed",
  "Prompt Answered": "answered",
  "Prompt Withheld": "withheld",
};
const OUTCOMES = Object.values(PROMPTS);
const PRODUCTS: Record<string, ProductLine["kind"]> = {
  "Product Viewed": "product",
  "Product Added": "added",
  "Product Removed": "removed",
};

function addView(lines: Line[], views: Map<string, ViewLine>, event: Event, at: At): void {
  const { properties } = event;
  const video = videoOf(properties);
  const key = `${video} ${text(properties.session_id)}`;
  let line = views.get(key);
  if (!line) {
    line = {
      ...at,
      kind: "view",
      video,
      title: text(properties.title) || video,
      length: amount(properties.total_length),
      live: properties.livestream === true,
      ranges: [],
      stalls: 0,
      failed: false,
      actions: [],
    };
    views.set(key, line);
    lines.push(line);
  }
  line.ranges = joinRanges([...line.ranges, ...readRanges(properties.played)]);
  line.length ??= amount(properties.total_length);
  line.live ||= properties.livestream === true;
  line.stalls += Number(event.event === "Video Playback Buffer Started");
  line.failed ||= event.event === "Video Playback Interrupted" && Boolean(properties.error);
  const action = ACTIONS[event.event];
  if (action && !line.actions.includes(action)) line.actions.push(action);
}

function addPrompt(
  lines: Line[],
  prompts: Map<string, PromptLine>,
  event: Event,
  at: At,
  outcome: string,
): void {
  const { properties } = event;
  const campaign = text(properties.campaign_id);
  const key = text(properties.decision_id) || `${campaign} ${at.key}`;
  const known = prompts.get(key);
  if (known) {
    if (!known.outcomes.includes(outcome)) known.outcomes.push(outcome);
    // Two messages of one moment may come in any order; nobody clicks before they see.
    known.outcomes.sort((a, b) => OUTCOMES.indexOf(a) - OUTCOMES.indexOf(b));
    return;
  }
  const line: PromptLine = {
    ...at,
    kind: "prompt",
    campaign,
    variant: text(properties.variant_id),
    outcomes: [outcome],
  };
  prompts.set(key, line);
  lines.push(line);
}

function readPlain(event: Event, at: At): Line {
  const { properties } = event;
  const kind = PRODUCTS[event.event];
  if (kind) {
    const name = text(properties.name) || text(properties.product_id);
    return { ...at, kind, name, price: amount(properties.price), currency: text(properties.currency) };
  }
  if (event.event === "Order Completed" || event.event === "Order Refunded") {
    const { revenue, total, value } = properties;
    const refunded = event.event === "Order Refunded";
    const paid = amount(revenue, total, value);
    return {
      ...at,
      kind: "order",
      order: text(properties.order_id),
      revenue: paid,
      currency: text(properties.currency),
      refunded,
    };
  }
  if (event.type === "page" || event.type === "screen")
    return { ...at, kind: "page", name: event.page_path || text(properties.path) || text(properties.name) };
  const about = event.event === "Score Threshold Crossed" ? text(properties.threshold_name) : "";
  return { ...at, kind: "event", name: event.event || event.type, ...(about ? { about } : {}) };
}

/** The lines of one session, oldest first. */
export function tellStory(events: readonly Event[]): Line[] {
  const lines: Line[] = [];
  const views = new Map<string, ViewLine>();
  const prompts = new Map<string, PromptLine>();
  for (const event of events) {
    const at = { key: event.message_id, at: event.timestamp };
    const outcome = PROMPTS[event.event];
    if (event.event.startsWith("Video ") && videoOf(event.properties)) addView(lines, views, event, at);
    else if (outcome) addPrompt(lines, prompts, event, at, outcome);
    else lines.push(readPlain(event, at));
  }
  return dropFrames(lines);
}

/** A page whose own event follows or precedes it at once is told by that event. */
function dropFrames(lines: readonly Line[]): Line[] {
  const isNear = (line: Line, other: Line | undefined) =>
    other !== undefined &&
    other.kind !== "page" &&
    other.kind !== "prompt" &&
    Math.abs(Date.parse(other.at) - Date.parse(line.at)) <= FRAME_MS;
  return lines.filter(
    (line, index) =>
      line.kind !== "page" || !(isNear(line, lines[index + 1]) || isNear(line, lines[index - 1])),
  );
}

/** What a session brought in, by currency; refunds lower it. */
export function sumOrders(lines: readonly Line[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) {
    if (line.kind !== "order" || line.revenue === null) continue;
    sums.set(line.currency, (sums.get(line.currency) ?? 0) + (line.refunded ? -line.revenue : line.revenue));
  }
  return sums;
}
