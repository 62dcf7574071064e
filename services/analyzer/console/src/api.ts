/**
 * Talks to the analyzer with types made from its OpenAPI document.
 * Must never be reached around: the session, the site and the words of an error are dealt with here once.
 */
import createClient from "openapi-fetch";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { components, paths } from "./generated/api";

export type Schemas = components["schemas"];

/** An answer that is no success, in the analyzer's own words. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** What is wrong with which field, by JSON pointer. */
  readonly fields: { pointer: string; detail: string }[];

  constructor(status: number, problem: { code?: string; title?: string; detail?: string; errors?: unknown }) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.code = problem.code ?? "unknown";
    this.fields = Array.isArray(problem.errors) ? problem.errors : [];
  }
}

export const api = createClient<paths>({ baseUrl: location.origin, headers: { "x-kikkake-console": "1" } });

let onLoggedOut = () => {};
/** Says what to do when the session has ended. */
export function whenLoggedOut(listener: () => void): void {
  onLoggedOut = listener;
}

/** Returns the body of a successful answer; throws `ApiError` for any other. */
export async function unwrap<T>(
  answering: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await answering;
  if (response.ok) return data as T;
  if (response.status === 401) onLoggedOut();
  throw new ApiError(response.status, (error ?? {}) as Record<string, string>);
}

export interface Query<T> {
  data: T | undefined;
  error: Error | undefined;
  loading: boolean;
  reload(): void;
}

/**
 * Loads when `key` changes, and again every `everyMs` while the page is visible; data stay while it loads again.
 * @param key what the data depend on; null loads nothing
 */
export function useQuery<T>(key: string | null, load: () => Promise<T>, everyMs?: number): Query<T> {
  const [state, setState] = useState<{ key: string | null; data?: T; error?: Error }>({ key });
  const [loading, setLoading] = useState(key !== null);
  const latest = useRef(load);
  latest.current = load;
  const run = useCallback(() => {
    if (key === null) return () => {};
    let dropped = false;
    setLoading(true);
    latest
      .current()
      .then(
        (data) => !dropped && setState({ key, data }),
        (error: Error) =>
          !dropped && setState((before) => ({ ...(before.key === key ? before : {}), key, error })),
      )
      .finally(() => !dropped && setLoading(false));
    return () => {
      dropped = true;
    };
  }, [key]);
  useEffect(run, [run]);
  useEffect(() => {
    if (!everyMs) return;
    const timer = setInterval(() => !document.hidden && run(), everyMs);
    return () => clearInterval(timer);
  }, [run, everyMs]);
  const fresh = state.key === key;
  return {
    data: fresh ? state.data : undefined,
    error: fresh ? state.error : undefined,
    loading,
    reload: run,
  };
}
