import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createBus } from "../src/core/bus";
import { readCampaign } from "../src/core/campaign";
import { loadConsent, resolveConsent, saveConsent } from "../src/core/consent";
import { guard } from "../src/core/guard";
import { buildUuid7 } from "../src/core/ids";
import { backoffMs, isRetried, readRetryAfterMs } from "../src/core/retry";
import { parseSession, SESSION_IDLE_MS, touchSession } from "../src/core/session";
import { openStore } from "../src/core/store";
import { makeStore, START } from "./environment";

describe("buildUuid7", () => {
  const zeros = (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(0);
  const ones = (bytes: Uint8Array<ArrayBuffer>) => bytes.fill(255);

  it("has version, variant and the time of RFC 9562's example", () => {
    expect(buildUuid7(0x017f22e279b0, zeros)).toBe("017f22e2-79b0-7000-8000-000000000000");
    expect(buildUuid7(0x017f22e279b0, ones)).toBe("017f22e2-79b0-7fff-bfff-ffffffffffff");
  });

  it("sorts by time whatever the random bits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 2 }), (now) => {
        expect(buildUuid7(now, ones) < buildUuid7(now + 1, zeros)).toBe(true);
      }),
    );
  });
});

describe("readCampaign", () => {
  it("keeps utm values under Segment's names and click ids under their own", () => {
    const search =
      "?utm_source=mail&utm_medium=email&utm_campaign=spring&utm_content=&gclid=G1&fbclid=F&yclid=Y&token=secret";
    expect(readCampaign(search)).toEqual({
      source: "mail",
      medium: "email",
      name: "spring",
      gclid: "G1",
      fbclid: "F",
      yclid: "Y",
    });
  });

  it("is undefined without a campaign", () => {
    expect(readCampaign("?q=tea")).toBeUndefined();
    expect(readCampaign("")).toBeUndefined();
  });
});

describe("touchSession", () => {
  const newId = () => "new";

  it("keeps a session for 30 minutes of silence, and no longer", () => {
    const session = { id: "old", last: START };
    expect(touchSession(session, START + SESSION_IDLE_MS, newId)).toEqual({
      id: "old",
      last: START + SESSION_IDLE_MS,
    });
    expect(touchSession(session, START + SESSION_IDLE_MS + 1, newId).id).toBe("new");
  });

  it("begins a session when there is none, or when the clock was set far back", () => {
    expect(touchSession(null, START, newId)).toEqual({ id: "new", last: START });
    expect(touchSession({ id: "old", last: START + 10 * SESSION_IDLE_MS }, START, newId).id).toBe("new");
  });

  it("reads only what it wrote", () => {
    expect(parseSession("abc:5")).toEqual({ id: "abc", last: 5 });
    for (const broken of [null, "", "abc", "abc:", ":5", "abc:x"]) expect(parseSession(broken)).toBeNull();
  });
});

describe("resolveConsent", () => {
  it("is unknown until the site's setting or an answer is there", () => {
    expect(resolveConsent({}, null, undefined, false)).toBeNull();
    expect(resolveConsent({}, null, "required", false)).toBeNull();
    expect(resolveConsent({ personalisation: true }, null, "required", false)).toBeNull();
  });

  it("gives everything where it is not required, less under Global Privacy Control", () => {
    expect(resolveConsent({}, null, "granted", false)).toEqual({
      analytics: true,
      personalisation: true,
      replay: true,
    });
    expect(resolveConsent({}, null, "granted", true)).toEqual({
      analytics: true,
      personalisation: false,
      replay: false,
    });
    expect(resolveConsent({ personalisation: true }, null, "granted", true)?.personalisation).toBe(false);
  });

  it("refuses what an answer leaves out where it is required", () => {
    expect(resolveConsent({ analytics: true }, null, "required", false)).toEqual({
      analytics: true,
      personalisation: false,
      replay: false,
    });
  });

  it("lets this page's answer beat the stored one, and that the site's", () => {
    const stored = { analytics: true, personalisation: true, replay: false };
    expect(resolveConsent({}, stored, "required", false)).toEqual(stored);
    expect(resolveConsent({ analytics: false }, stored, "granted", false)).toEqual({
      analytics: false,
      personalisation: false,
      replay: false,
    });
  });

  it("comes back as it was stored", () => {
    const store = makeStore();
    expect(loadConsent(store)).toBeNull();
    saveConsent(store, { analytics: true, personalisation: false, replay: true });
    expect(loadConsent(store)).toEqual({ analytics: true, personalisation: false, replay: true });
  });
});

describe("retry", () => {
  it("tries again on silence, 429 and 5xx only", () => {
    expect([0, 429, 500, 502, 503].every(isRetried)).toBe(true);
    expect([200, 202, 400, 401, 403, 404, 410, 413, 422].some(isRetried)).toBe(false);
  });

  it("waits longer each time, up to a minute, with half of it random", () => {
    expect([0, 1, 2, 10].map((attempt) => backoffMs(attempt, 0))).toEqual([500, 1000, 2000, 30_000]);
    expect(backoffMs(0, 0.999)).toBeCloseTo(999.5);
  });

  it("reads seconds, dates and nonsense", () => {
    expect(readRetryAfterMs("7", START)).toBe(7000);
    expect(readRetryAfterMs(new Date(START + 9000).toUTCString(), START)).toBe(9000);
    expect(readRetryAfterMs("soon", START)).toBe(0);
    expect(readRetryAfterMs(null, START)).toBe(0);
    expect(readRetryAfterMs("-5", START)).toBe(0);
    expect(readRetryAfterMs("99999999", START)).toBe(3_600_000);
  });
});

describe("guard and bus", () => {
  it("swallow exceptions and rejections", async () => {
    const throws = guard(() => {
      throw new Error("mine");
    });
    expect(throws()).toBeUndefined();
    await expect(guard(() => Promise.reject(new Error("mine")))()).rejects.toThrow();
    const bus = createBus();
    const heard = vi.fn();
    bus.on("x", throws);
    const off = bus.on("x", heard);
    bus.emit("x", 1);
    off();
    bus.emit("x", 2);
    expect(heard.mock.calls).toEqual([[1]]);
  });
});

describe("openStore", () => {
  it("lives in memory where storage throws", () => {
    const store = openStore(() => {
      throw new DOMException("denied", "SecurityError");
    });
    expect(store.set("id", "1")).toBe(false);
    expect(store.get("id")).toBe("1");
    store.remove("id");
    expect(store.get("id")).toBeNull();
    expect(store.keys()).toEqual([]);
  });

  it("keeps its own keys only", () => {
    localStorage.clear();
    localStorage.setItem("site", "x");
    const store = openStore(() => localStorage);
    expect(store.set("id", "1")).toBe(true);
    expect(localStorage.getItem("kikkake.id")).toBe("1");
    expect(store.keys()).toEqual(["id"]);
  });
});
