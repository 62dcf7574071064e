/**
 * The tag: reads its own script element, takes over the calls made before it came, and offers `window.kikkake`.
 * Must never be counted twice on a page, however often the tag is there.
 */
import { Client } from "./client";
import { openEnvironment } from "./core/environment";
import { guard } from "./core/guard";

declare const VERSION: string;
declare const VIDEO_FILE: string;
declare const PROMPT_FILE: string;

const NAMES = ["track", "page", "identify", "consent", "on", "attachVideo", "prompt", "reset"] as const;
/** These say who and whether, so they come before what happened. */
const FIRST = ["consent", "identify", "on", "reset"];

type Call = [name: (typeof NAMES)[number], ...args: unknown[]];
type Api = Record<string, unknown> & { version?: string };

guard(() => {
  const script = document.currentScript as HTMLScriptElement | null;
  const { writeKey = "", engager, consent } = script?.dataset ?? {};
  const page = window as unknown as { kikkake?: Api & { splice?: (start: number) => Call[] } };
  if (!script || !writeKey || page.kikkake?.version) return;

  const collector = new URL(script.src).origin;
  const client = new Client(openEnvironment(script.src), {
    _writeKey: writeKey,
    _collector: collector,
    _engager: (engager || collector).replace(/\/+$/, ""),
    _consent: consent === "required" || consent === "granted" ? consent : undefined,
    _version: VERSION,
    _videoFile: VIDEO_FILE,
    _promptFile: PROMPT_FILE,
  });

  // The stub keeps its identity: a reference that the page took before the script came works on.
  const api: Api & { splice?: (start: number) => Call[] } = page.kikkake ?? {};
  const waiting = Array.isArray(api) ? (api.splice?.(0) ?? []) : [];
  const call = guard(([name, ...args]: Call) => (api[name] as (...args: unknown[]) => unknown)(...args));
  for (const name of NAMES) {
    const method = client[name] as (...args: unknown[]) => unknown;
    api[name] = guard((...args: unknown[]) => method.apply(client, args));
  }
  api.push = call;
  api.version = VERSION;
  page.kikkake = api;

  const begin = guard(() => {
    for (const early of waiting) if (FIRST.includes(early[0])) call(early);
    client.start(waiting.some(([name]) => name === "page"));
    for (const early of waiting) if (!FIRST.includes(early[0])) call(early);
  });
  // A page that is only prerendered is not seen by anyone yet.
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener("prerenderingchange", begin, { once: true });
  } else begin();
})();
