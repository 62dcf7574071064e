/** A score as the form has it, and as the API has it. Pure. */
import type { Schemas } from "../../api";
import { type ConditionDraft, draftConditions, readConditions } from "../../rules/conditions";

export type Score = Schemas["ScoreDefinitionShown"];
/** No score's id can be this. */
export const NEW = "~new";
export const MOST_RULES = 50;
export const MOST_THRESHOLDS = 5;

export interface RuleDraft {
  event: string;
  points: string;
  where: ConditionDraft[];
}

export interface ThresholdDraft {
  /** Kept through a change of name or value; a new one gets its own from the server. */
  id: string | null;
  name: string;
  value: string;
}

export interface ScoreDraft {
  name: string;
  decays: boolean;
  halfLife: string;
  rules: RuleDraft[];
  thresholds: ThresholdDraft[];
}

export function draftScore(score?: Score): ScoreDraft {
  return {
    name: score?.name ?? "",
    decays: score ? score.half_life_days !== null : true,
    halfLife: String(score?.half_life_days ?? 30),
    rules: score?.rules.map(({ event, points, where }) => ({
      event,
      points: String(points),
      where: draftConditions(where),
    })) ?? [{ event: "Product Viewed", points: "1", where: [] }],
    thresholds: score?.thresholds.map(({ id, name, value }) => ({ id, name, value: String(value) })) ?? [],
  };
}

/** What is sent. */
export function readScore(draft: ScoreDraft): Omit<Schemas["ScoreCreate"], "id"> {
  return {
    name: draft.name,
    half_life_days: draft.decays ? Number(draft.halfLife) : null,
    rules: draft.rules.map(({ event, points, where }) => {
      const conditions = readConditions(where);
      return { event: event.trim(), points: Number(points), where: conditions.length ? conditions : null };
    }),
    thresholds: draft.thresholds.map(({ id, name, value }) => ({ id, name, value: Number(value) })),
  };
}
