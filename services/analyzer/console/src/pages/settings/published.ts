/** The published rules of stages, and a site's own as they are typed. */
import type { Schemas } from "../../api";

export type Rules = Schemas["LifecycleKept"];

/** In force where a site has no rules of its own: the defaults of the API. */
export const PUBLISHED: Rules = {
  loyal_orders: 4,
  loyal_days: 365,
  at_risk_days: 90,
  dormant_days: 180,
  advocate_events: [
    "Video Shared",
    "Product Shared",
    "Cart Shared",
    "Invite Sent",
    "Community Posted",
    "Community Replied",
  ],
  advocate_acts: 1,
};

export const NUMBERS = [
  "loyal_orders",
  "loyal_days",
  "at_risk_days",
  "dormant_days",
  "advocate_acts",
] as const satisfies readonly (keyof Rules)[];

export type RulesDraft = Record<(typeof NUMBERS)[number], string> & { advocate_events: string[] };

export function draftRules(rules: Rules): RulesDraft {
  const numbers = NUMBERS.map((name) => [name, String(rules[name])]);
  return { ...Object.fromEntries(numbers), advocate_events: [...rules.advocate_events] };
}

export function readRules(draft: RulesDraft): Rules {
  const numbers = NUMBERS.map((name) => [name, Number(draft[name])]);
  return { ...Object.fromEntries(numbers), advocate_events: draft.advocate_events };
}
