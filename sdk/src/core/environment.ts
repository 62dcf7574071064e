/**
 * The seam between the SDK's rules and the browser: clock, randomness and network.
 * Must never be reached around: what is not pure comes in through here, so that tests decide it.
 */
import type { RandomBytes } from "./ids";

export interface Environment {
  /** Milliseconds since the epoch. */
  now(): number;
  random: RandomBytes;
  /** A number in [0, 1). */
  chance(): number;
  fetch(url: string, init: RequestInit): Promise<Response>;
  beacon(url: string, body: string): boolean;
  /** Whether `fetch` outlives the page; where not (Firefox before 133), `beacon` carries what leaves with it. */
  keepalive: boolean;
  /** Opens one of the lazy modules. */
  load<T>(file: string): Promise<T>;
  /** Global Privacy Control. */
  gpc: boolean;
}

/** The real browser. `base` is the address of the SDK's own script: lazy modules lie beside it. */
export function openEnvironment(base: string): Environment {
  return {
    now: Date.now,
    random: (bytes) => crypto.getRandomValues(bytes),
    chance: Math.random,
    fetch: (url, init) => fetch(url, init),
    beacon: (url, body) => navigator.sendBeacon(url, new Blob([body], { type: TEXT })),
    keepalive: "keepalive" in Request.prototype,
    load: (file) => import(new URL(file, base).href),
    gpc: !!(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl,
  };
}

/** A simple content type: needs no preflight, which at page exit would never finish (posthog-js pull 4139). */
const TEXT = "text/plain;charset=UTF-8";

/** Returns the options of a request with a body, which carries no cookies. */
export function post(body: string, options: RequestInit): RequestInit {
  return { method: "POST", body, headers: { "Content-Type": TEXT }, credentials: "omit", ...options };
}
