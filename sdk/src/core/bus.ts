/**
 * Tells listeners, the page's and the lazy modules', what happened.
 * Must never let one listener's failure reach another.
 */
import { guard } from "./guard";

export type Listener = (payload: never) => void;

export interface Bus {
  /** Returns the function that removes the listener. */
  on(name: string, listener: Listener): () => void;
  emit(name: string, payload?: unknown): void;
}

export function createBus(): Bus {
  const listeners = new Map<string, Set<Listener>>();
  return {
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      const guarded = guard(listener);
      set.add(guarded);
      return () => set.delete(guarded);
    },
    emit(name, payload) {
      for (const listener of [...(listeners.get(name) ?? [])]) listener(payload as never);
    },
  };
}
