/**
 * The audience as rows that people fill in, and as the rule it stands for.
 * Must never change a rule by showing it: what the rows cannot say is left to the JSON editor.
 */
import { type ConditionDraft, draftConditions, readConditions } from "./conditions";
import { OPERATORS, type Operator, readValue, writeValue } from "./value";

export type Rule = Record<string, unknown>;

export type Row = { not: boolean } & (
  | { kind: "watched"; video: string; from: string; to: string; share: string }
  | { kind: "fact"; fact: string; op: Operator; text: string }
  | { kind: "event"; event: string; where: ConditionDraft[]; op: Operator; count: string; within: string }
  | { kind: "segment"; segment: string }
);

export interface RuleRows {
  match: "all" | "any";
  rows: Row[];
}

/** What a new row begins as, by what people want to say. */
export const STARTS = {
  watched: { not: false, kind: "watched", video: "", from: "0", to: "10", share: "0.5" },
  page: {
    not: false,
    kind: "event",
    event: "page",
    where: [{ property: "path", op: "contains", text: "/" }],
    op: "ge",
    count: "1",
    within: "session",
  },
  orders: { not: false, kind: "fact", fact: "orders.count", op: "eq", text: "0" },
  segment: { not: false, kind: "segment", segment: "" },
  fact: { not: false, kind: "fact", fact: "session.page_views", op: "ge", text: "2" },
  event: {
    not: false,
    kind: "event",
    event: "Product Viewed",
    where: [],
    op: "ge",
    count: "1",
    within: "7d",
  },
} as const satisfies Record<string, unknown>;

const KEYS: Record<string, string[]> = {
  watched: ["watched"],
  fact: ["fact", "op", "value"],
  event: ["event", "where", "count", "within"],
  segment: ["segment"],
};

function isObject(value: unknown): value is Rule {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function hasOnly(value: Rule, keys: readonly string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}

function isOperator(value: unknown): value is Operator {
  return OPERATORS.includes(value as Operator);
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function readWatched(rule: Rule): Omit<Extract<Row, { kind: "watched" }>, "not"> | null {
  const { watched } = rule;
  if (!isObject(watched) || !hasOnly(watched, ["video", "from", "to", "share"])) return null;
  const { video, from, to, share = 0.5 } = watched;
  if (typeof video !== "string" || !isNumber(from) || !isNumber(to) || !isNumber(share)) return null;
  return { kind: "watched", video, from: String(from), to: String(to), share: String(share) };
}

function readEvent(rule: Rule): Omit<Extract<Row, { kind: "event" }>, "not"> | null {
  const { event, where = [], count = { op: "ge", value: 1 }, within } = rule;
  if (typeof event !== "string" || typeof within !== "string") return null;
  if (
    !Array.isArray(where) ||
    !where.every((one) => isObject(one) && hasOnly(one, ["property", "op", "value"]))
  )
    return null;
  if (!isObject(count) || !isOperator(count.op) || !isNumber(count.value)) return null;
  return {
    kind: "event",
    event,
    where: draftConditions(where),
    op: count.op,
    count: String(count.value),
    within,
  };
}

function readRow(rule: unknown): Row | null {
  if (!isObject(rule)) return null;
  if ("not" in rule) {
    const inner = hasOnly(rule, ["not"]) ? readRow(rule.not) : null;
    return inner && !inner.not ? { ...inner, not: true } : null;
  }
  const kind = Object.keys(KEYS).find((key) => key in rule);
  if (!kind || !hasOnly(rule, KEYS[kind] ?? [])) return null;
  if (kind === "watched") {
    const row = readWatched(rule);
    return row && { not: false, ...row };
  }
  if (kind === "event") {
    const row = readEvent(rule);
    return row && { not: false, ...row };
  }
  if (kind === "segment")
    return typeof rule.segment === "string" ? { not: false, kind, segment: rule.segment } : null;
  const { fact, op, value = true } = rule;
  if (typeof fact !== "string" || !isOperator(op)) return null;
  return { not: false, kind: "fact", fact, op, text: writeValue(value, op) };
}

/** Returns the rows that stand for a rule, or null when rows cannot say it. */
export function readRows(rule: Rule): RuleRows | null {
  for (const match of ["all", "any"] as const) {
    const parts = rule[match];
    if (parts === undefined) continue;
    if (!Array.isArray(parts) || !hasOnly(rule, [match])) return null;
    const rows = parts.map(readRow);
    // `any` of nothing is nobody, which no empty list of rows says.
    if (match === "any" && rows.length === 0) return null;
    return rows.every((row) => row !== null) ? { match, rows: rows as Row[] } : null;
  }
  const row = readRow(rule);
  return row ? { match: "all", rows: [row] } : null;
}

function writeRow(row: Row): Rule {
  if (row.not) return { not: writeRow({ ...row, not: false }) };
  switch (row.kind) {
    case "watched":
      return {
        watched: {
          video: row.video,
          from: Number(row.from),
          to: Number(row.to),
          share: Number(row.share),
        },
      };
    case "fact":
      return { fact: row.fact, op: row.op, value: readValue(row.text, row.op) };
    case "segment":
      return { segment: row.segment };
    case "event": {
      const where = readConditions(row.where);
      return {
        event: row.event,
        ...(where.length ? { where } : {}),
        count: { op: row.op, value: Number(row.count) },
        within: row.within,
      };
    }
  }
}

/** Returns the rule that the rows stand for. No rows are everybody. */
export function writeRows({ match, rows }: RuleRows): Rule {
  return rows.length ? { [match]: rows.map(writeRow) } : { all: [] };
}
