/**
 * Holds messages until the collector, or a decision, has acknowledged them; survives reload and crash in storage.
 * Must never forget an unacknowledged message for the sake of a smaller queue, except beyond its caps.
 *
 * Every page keeps its own key, so two tabs never overwrite each other. A later page takes over keys whose page is
 * gone. Should both send, nothing is counted twice: a message keeps its `messageId`.
 */
import type { Message } from "../generated/wire";
import type { Store } from "./store";

/** Beyond this the oldest go: storage is shared with the site. */
export const MAX_MESSAGES = 500;
/** The collector refuses larger messages. */
export const MAX_MESSAGE_BYTES = 32_000;
export const MAX_AGE_MS = 7 * 24 * 3600 * 1000;
/** Another tab's key is taken over when it was not written for this long: then its page is gone, or offline. */
export const ORPHAN_MS = 30_000;

export type Sender = "beacon" | "decide";

export interface Queued {
  _id: string;
  _json: string;
  _bytes: number;
  /** Who is sending it now; a decision's messages are sent again at page exit, a beacon's are not. */
  _busy?: Sender | undefined;
}

export interface Queue {
  _add(message: Message): void;
  /** The oldest messages that fit and that nobody is sending; marks them as being sent by `by`. */
  _take(by: Sender, maxBytes: number, stealing?: boolean): Queued[];
  /** Gives messages back to be sent later, unless another sender has taken them meanwhile. */
  _release(items: Queued[], by: Sender): void;
  _remove(items: Queued[]): void;
  _waiting(): number;
  /** Reads what earlier pages left; `previousPage` is the key of this tab's last page. */
  _adopt(previousPage: string | null): void;
  _clear(): void;
}

const parse = (stored: string | null): { t: number; m: Message[] } | null => {
  try {
    const value = JSON.parse(stored ?? "");
    return Array.isArray(value.m) ? value : null;
  } catch {
    return null;
  }
};

/** At most this many messages go in one request; the collector allows 500. */
const MAX_BATCH = 100;

export function createQueue(store: Store, key: string, now: () => number): Queue {
  let items: Queued[] = [];

  const save = () => {
    let written = items.length;
    if (!written) return store.remove(key);
    const write = () =>
      store.set(key, `{"t":${now()},"m":[${items.slice(-written).map((item) => item._json)}]}`);
    // Full storage keeps the newest; memory keeps them all.
    while (written && !write()) written >>= 1;
  };

  const push = (message: Message) => {
    const json = JSON.stringify(message);
    const bytes = new Blob([json]).size;
    if (bytes <= MAX_MESSAGE_BYTES) items.push({ _id: message.messageId ?? "", _json: json, _bytes: bytes });
    if (items.length > MAX_MESSAGES) items.shift();
  };

  return {
    _add(message) {
      push(message);
      save();
    },
    _take(by, maxBytes, stealing) {
      let left = maxBytes;
      const taken: Queued[] = [];
      for (const item of items) {
        if (item._busy === "beacon" || (item._busy && !stealing)) continue;
        left -= item._bytes + 1;
        if (left < 0 || taken.length >= MAX_BATCH) break;
        item._busy = by;
        taken.push(item);
      }
      return taken;
    },
    _release(released, by) {
      for (const item of released) if (item._busy === by) item._busy = undefined;
    },
    _remove(removed) {
      items = items.filter((item) => !removed.includes(item));
      save();
    },
    _waiting: () => items.filter((item) => !item._busy).length,
    _adopt(previousPage) {
      const known = new Set(items.map((item) => item._id));
      for (const other of store.keys()) {
        if (!other.startsWith("q.") || other === key) continue;
        const left = parse(store.get(other));
        if (left && other !== previousPage && now() - left.t < ORPHAN_MS) continue;
        for (const message of left?.m ?? []) {
          const fresh = now() - Date.parse(message.timestamp ?? "") < MAX_AGE_MS;
          if (fresh && !known.has(message.messageId ?? "")) push(message);
        }
        save();
        store.remove(other);
      }
    },
    _clear() {
      items = [];
      save();
    },
  };
}
