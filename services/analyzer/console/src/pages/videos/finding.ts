/** What a report says in one sentence. Pure. */
import type { Schemas } from "../../api";

export type Bin = Schemas["BinShown"];

export interface Stretch {
  start: number;
  end: number;
  watched: number;
  others: number;
}

/** Fewer people than this on either side say nothing. */
export const FEWEST = 30;
/** Bins with at least this share of the largest difference belong to the stretch around it. */
const NEAR = 0.8;

/**
 * Returns the stretch of the largest raw difference, widened to neighbours that come near it.
 * @returns null when no bin has enough people on both sides
 */
export function findStretch(bins: readonly Bin[], viewers: number): Stretch | null {
  const usable = (
    bin: Bin | undefined,
  ): bin is Bin & { difference: number; rate_watched: number; rate_not_watched: number } =>
    !!bin &&
    bin.viewers >= FEWEST &&
    viewers - bin.viewers >= FEWEST &&
    bin.difference !== null &&
    bin.rate_watched !== null &&
    bin.rate_not_watched !== null;
  let best = -1;
  bins.forEach((bin, index) => {
    if (usable(bin) && bin.difference > 0 && (best < 0 || bin.difference > (bins[best]?.difference ?? 0)))
      best = index;
  });
  const peak = bins[best];
  if (!usable(peak)) return null;
  const near = (bin: Bin | undefined) => usable(bin) && bin.difference >= NEAR * peak.difference;
  let first = best;
  let last = best;
  while (near(bins[first - 1])) first--;
  while (near(bins[last + 1])) last++;
  return {
    start: bins[first]?.start ?? peak.start,
    end: bins[last]?.end ?? peak.end,
    watched: peak.rate_watched,
    others: peak.rate_not_watched,
  };
}
