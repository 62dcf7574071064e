/**
 * Says whether and when a refused request is tried again.
 * Must never repeat what the server has judged: only silence, 429 and 5xx are tried again.
 */

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

/** Status 0 stands for no answer at all. */
export function isRetried(status: number): boolean {
  return !status || status === 429 || status >= 500;
}

/** Returns the delay before attempt number `attempt` (from 0): exponential, with half of it random. `chance` is in [0, 1). */
export function backoffMs(attempt: number, chance: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + chance / 2);
}

/** Reads `Retry-After`: seconds or an HTTP date. Returns 0 when there is none; at most an hour. */
export function readRetryAfterMs(header: string | null, now: number): number {
  const wait = header ? (+header >= 0 ? +header * 1000 : Date.parse(header) - now) : 0;
  return Math.min(Math.max(wait || 0, 0), 3_600_000);
}
