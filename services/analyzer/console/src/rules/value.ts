/**
 * A value in a rule, as somebody types it.
 * Must never guess twice: what is shown for a value reads back as the same value.
 */

export const OPERATORS = ["eq", "ne", "lt", "le", "gt", "ge", "in", "contains", "matches", "exists"] as const;
export type Operator = (typeof OPERATORS)[number];

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;

function readOne(text: string): unknown {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed);
  if (trimmed === "true" || trimmed === "false") return trimmed === "true";
  if (/^".*"$/.test(trimmed)) {
    try {
      return JSON.parse(trimmed);
    } catch {
      return trimmed;
    }
  }
  return trimmed;
}

function writeOne(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value);
  const plain = value !== "" && !value.includes(",") && readOne(value) === value;
  return plain ? value : JSON.stringify(value);
}

/** Splits at commas outside of double quotes. */
function split(text: string): string[] {
  return (text.match(/("(\\.|[^"\\])*"|[^,])+/g) ?? []).filter((part) => part.trim() !== "");
}

/** Returns the value of a text: a number or true and false when it looks like one, unless it stands in quotes. */
export function readValue(text: string, op: Operator): unknown {
  if (op === "exists") return text !== "false";
  if (op === "in") return split(text).map(readOne);
  if (op === "matches" || op === "contains") {
    const value = readOne(text);
    return typeof value === "string" ? value : text.trim();
  }
  return readOne(text);
}

/** Returns the text that `readValue` reads as `value`. */
export function writeValue(value: unknown, op: Operator): string {
  if (value === undefined) return "";
  if (op === "in" && Array.isArray(value)) return value.map(writeOne).join(", ");
  return writeOne(value);
}
