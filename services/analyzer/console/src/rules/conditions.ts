/** Conditions on the properties of an event, as typed and as the API has them. Must never touch the page. */
import { type Operator, readValue, writeValue } from "./value";

export interface Condition {
  property: string;
  op: Operator;
  value?: unknown;
}

/** A condition as it is being typed. */
export interface ConditionDraft {
  property: string;
  op: Operator;
  text: string;
}

export function draftConditions(
  where: readonly Record<string, unknown>[] | null | undefined,
): ConditionDraft[] {
  return (where ?? []).map(({ property, op, value }) => ({
    property: String(property),
    op: op as Operator,
    text: writeValue(value, op as Operator),
  }));
}

export function readConditions(drafts: readonly ConditionDraft[]): (Condition & Record<string, unknown>)[] {
  return drafts
    .filter(({ property }) => property.trim() !== "")
    .map(({ property, op, text }) => ({ property: property.trim(), op, value: readValue(text, op) }));
}
