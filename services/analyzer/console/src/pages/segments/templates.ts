/** Segments to begin with: those who would not convert as they are, and those who consider. Pure. */
import { type RuleRows, readRows } from "../../rules/builder";

export const TEMPLATES = ["hesitating", "last_push", "considering"] as const;
export type Template = (typeof TEMPLATES)[number];
/** What is taken for likely to leave, until the site's own sessions have told. */
const LIKELY = 0.8;

/**
 * Returns the rule of a template.
 * @param leaving share of the site's engaged sessions that end without a purchase; null: not known yet
 */
export function writeTemplate(template: Template, leaving: number | null): Record<string, unknown> {
  const once = { op: "ge", value: 1 };
  if (template === "considering")
    return {
      all: [
        { event: "Document Requested", count: once, within: "30d" },
        { not: { event: "Order Completed", count: once, within: "30d" } },
      ],
    };
  const value = leaving === null ? LIKELY : Math.floor(leaving * 100) / 100;
  const hesitates = { fact: "hesitation", op: "ge", value };
  if (template === "hesitating")
    return { all: [hesitates, { event: "Product Viewed", count: once, within: "1h" }] };
  return {
    all: [
      hesitates,
      { fact: "cart.items", op: "ge", value: 1 },
      { not: { event: "Order Completed", count: once, within: "7d" } },
    ],
  };
}

/** The same, as the form has it. */
export function draftTemplate(
  template: Template,
  leaving: number | null,
): { rows: RuleRows | null; json: string } {
  const rule = writeTemplate(template, leaving);
  return { rows: readRows(rule), json: JSON.stringify(rule, null, 2) };
}
