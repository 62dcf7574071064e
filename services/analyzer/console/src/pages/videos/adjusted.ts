/** What the adjusted part of a moments report says, in the shapes that the page draws. Pure. */
import type { Schemas } from "../../api";

export type Report = Schemas["MomentsShown"];

type Reasons = Record<string, string>;
type Localised = Record<"en" | "ja", string>;

/** A stretch that was tried. It is found when it stands out from chance among all that was tried. */
export interface Moment {
  start: number;
  end: number;
  viewers: number;
  difference: number | null;
  ratio: number | null;
  effect: number | null;
  ci_low: number | null;
  ci_high: number | null;
  p_value: number | null;
  q_value: number | null;
  total_effect: number | null;
  robustness: number | null;
  share_dropped: number | null;
  analysed?: number;
  reasons?: Reasons;
}

export interface Recommendation {
  start_at: number;
  reason: Localised;
}

interface Advice {
  start: number;
  end: number;
  words: Localised;
}

interface Check {
  start: number;
  end: number;
  control_passed: boolean | null;
}

const FOUND_Q = 0.05;

export function isFound({ q_value: q }: Moment): boolean {
  return q !== null && q <= FOUND_Q;
}

/** The stretches of a report: those that stand out, the surest first, and those that do not. */
export function splitMoments(report: Report): { found: Moment[]; others: Moment[] } {
  const moments = report.moments as unknown as Moment[];
  const found = moments.filter(isFound).sort((a, b) => (b.ci_low ?? 0) - (a.ci_low ?? 0));
  return { found, others: moments.filter((moment) => !isFound(moment)) };
}

export function readRecommendation(report: Report): Recommendation | null {
  return report.recommendation as unknown as Recommendation | null;
}

/** What to do with a stretch, if the report says so. */
export function findAdvice(report: Report, { start, end }: Moment): Localised | null {
  const advice = (report as unknown as { advice?: Advice[] }).advice ?? [];
  return advice.find((one) => one.start === start && one.end === end)?.words ?? null;
}

/** Whether the effect on the past, which must be nil, is not: then something unknown is at work. */
export function isDoubtful(report: Report, { start, end }: Moment): boolean {
  const checks = (report.diagnostics as { checks?: Check[] }).checks ?? [];
  return checks.some((one) => one.start === start && one.end === end && one.control_passed === false);
}

/** Whether any bin has an effect: without, only the raw picture can be drawn. */
export function hasEffects(report: Report): boolean {
  return report.bins.some(({ effect }) => effect !== null);
}

export type Certainty = "sure" | "likely" | "probable" | "unclear";

/** How sure a found stretch is, for words. */
export function judgeCertainty(q: number | null): Certainty {
  if (q === null || q > FOUND_Q) return "unclear";
  if (q <= 0.001) return "sure";
  return q <= 0.01 ? "likely" : "probable";
}
