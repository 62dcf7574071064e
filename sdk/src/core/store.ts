/**
 * Keeps small values in the browser, or in memory where storing is refused, broken or not agreed to.
 * Must never throw: storage access itself throws in some privacy modes (Firefox with cookies off, sandboxed frames).
 */

export const PREFIX = "kikkake.";

export interface Store {
  get(key: string): string | null;
  /** Says whether the value was kept. */
  set(key: string, value: string): boolean;
  remove(key: string): void;
  keys(): string[];
}

/** Returns a store over `area()`; every key gets the SDK's prefix. What cannot be kept lives as long as the page. */
export function openStore(area?: () => Storage): Store {
  const unkept = new Map<string, string>();
  const attempt = <T>(work: (storage: Storage) => T): T | undefined => {
    try {
      return area && work(area());
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => unkept.get(key) ?? attempt((storage) => storage.getItem(PREFIX + key)) ?? null,
    set(key, value) {
      unkept.set(key, value);
      return !!attempt((storage) => {
        storage.setItem(PREFIX + key, value);
        return unkept.delete(key);
      });
    },
    remove(key) {
      unkept.delete(key);
      attempt((storage) => storage.removeItem(PREFIX + key));
    },
    keys: () =>
      (attempt((storage) => Object.keys(storage)) ?? [])
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => key.slice(PREFIX.length)),
  };
}
