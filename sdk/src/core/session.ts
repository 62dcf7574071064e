/**
 * Decides which session a message belongs to.
 * Must never keep a session alive over 30 minutes without a message.
 */

/** A session ends after this much silence. */
export const SESSION_IDLE_MS = 30 * 60 * 1000;

export interface Session {
  id: string;
  /** Time of its last message, milliseconds since the epoch. */
  last: number;
}

/** Reads `id:last`; anything else is no session. */
export function parseSession(stored: string | null): Session | null {
  const [id, last] = (stored ?? "").split(":");
  return id && last && +last > 0 ? { id, last: +last } : null;
}

/** Returns the session that a message at `now` belongs to: the same one, or a new one after the idle time. */
export function touchSession(session: Session | null, now: number, newId: () => string): Session {
  // A clock set back must not keep a session for ever: only a `last` in the past, and not long past, counts.
  const alive = session && Math.abs(now - session.last) <= SESSION_IDLE_MS;
  return { id: alive ? session.id : newId(), last: now };
}
