/**
 * Knows what the visitor has agreed to.
 * Must never let anything be stored or sent before that is known and given.
 */
import type { Store } from "./store";

export interface Consent {
  analytics: boolean;
  personalisation: boolean;
  replay: boolean;
}

/** `granted`: measured unless refused. `required`: nothing until agreed. */
export type ConsentMode = "granted" | "required";

const KEY = "consent";

/** Reads an earlier answer, or null when none was given in this browser. */
export function loadConsent(store: Store): Consent | null {
  const stored = store.get(KEY);
  return !stored
    ? null
    : { analytics: stored[0] === "1", personalisation: stored[1] === "1", replay: stored[2] === "1" };
}

/** Keeps the answer: three digits, no identifier. */
export function saveConsent(store: Store, { analytics, personalisation, replay }: Consent): void {
  store.set(KEY, [analytics, personalisation, replay].map(Number).join(""));
}

/**
 * Returns what is agreed to now, or null while that is unknown: then nothing may be stored or sent.
 *
 * This page's `answer` beats the `stored` one, which beats the site's `mode`; what an answer leaves out is refused
 * where consent is required. Global Privacy Control refuses personalisation and replay whatever the answer says.
 */
export function resolveConsent(
  answer: Partial<Consent>,
  stored: Consent | null,
  mode: ConsentMode | undefined,
  gpc: boolean,
): Consent | null {
  const given = mode === "granted" || undefined;
  const analytics = answer.analytics ?? stored?.analytics ?? given;
  if (analytics === undefined) return null;
  return {
    analytics,
    personalisation:
      !gpc && analytics && (answer.personalisation ?? stored?.personalisation ?? given ?? false),
    replay: !gpc && analytics && (answer.replay ?? stored?.replay ?? given ?? false),
  };
}
