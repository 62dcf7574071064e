/**
 * Remembers who this browser is: the visitor's id, the known user, the session.
 * Must never write before consent, nor write an id at all under Global Privacy Control; the store it gets sees to that.
 */
import { parseSession, touchSession } from "./session";
import type { Store } from "./store";

export interface Visitor {
  _anonymousId(): string;
  _userId(): string | null;
  _setUserId(id: string): void;
  /** The id of the session that a message at `now` belongs to; shared by all tabs through the store. */
  _sessionId(now: number): string;
  /** A new visitor from here on. */
  _reset(): void;
}

export function createVisitor(store: Store, newId: () => string): Visitor {
  return {
    _anonymousId() {
      const id = store.get("id") || newId();
      store.set("id", id);
      return id;
    },
    _userId: () => store.get("user"),
    _setUserId: (id) => void store.set("user", id),
    _sessionId(now) {
      const session = touchSession(parseSession(store.get("session")), now, newId);
      store.set("session", `${session.id}:${session.last}`);
      return session.id;
    },
    _reset() {
      for (const key of ["id", "user", "session"]) store.remove(key);
    },
  };
}
