/**
 * Wraps every entry from the page into the SDK.
 * Must never let an exception, or a rejected promise, reach the page: a broken tag is worse than a missing figure.
 */

/** Returns `work` with every exception swallowed; a failed call gives `undefined`. */
export function guard<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R | undefined {
  return (...args) => {
    try {
      const result = work(...args);
      if (result instanceof Promise) result.catch(() => {});
      return result;
    } catch {
      return undefined;
    }
  };
}

/** Adds a guarded listener and returns the function that removes it. */
export function listen(
  target: EventTarget,
  type: string,
  listener: (event: Event) => void,
  options: AddEventListenerOptions = {},
): () => void {
  const guarded = guard(listener);
  target.addEventListener(type, guarded, options);
  return () => target.removeEventListener(type, guarded, options);
}
