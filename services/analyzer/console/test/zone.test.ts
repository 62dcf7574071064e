import { describe, expect, it } from "vitest";
import { readLocal, writeLocal } from "../src/i18n/zone";

describe("times of a zone", () => {
  it("are those of its clock, whatever the browser's", () => {
    expect(writeLocal("2026-03-01T15:30:00Z", "Asia/Tokyo")).toBe("2026-03-02T00:30");
    expect(readLocal("2026-03-02T00:30", "Asia/Tokyo")).toBe("2026-03-01T15:30:00.000Z");
    expect(writeLocal("2026-07-01T00:00:00+09:00", "America/New_York")).toBe("2026-06-30T11:00");
    expect(writeLocal("2026-01-01T00:00:00Z", "Asia/Kathmandu")).toBe("2026-01-01T05:45");
  });

  it("go back and forth all year in zones with summer time", () => {
    for (const zone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
      for (let hour = 0; hour < 366 * 24; hour += 5) {
        const iso = new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
        const local = writeLocal(iso, zone);
        expect(writeLocal(readLocal(local, zone), zone)).toBe(local);
      }
  });

  it("skip and repeat an hour as the clock does", () => {
    // Berlin, 29 March 2026: 2:30 does not exist; 25 October: 2:30 comes twice, and the first is meant.
    expect(readLocal("2026-03-29T02:30", "Europe/Berlin")).toBe("2026-03-29T01:30:00.000Z");
    expect(readLocal("2026-10-25T02:30", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
  });

  it("are empty where there is none", () => {
    expect(writeLocal(undefined, "UTC")).toBe("");
    expect(writeLocal("soon", "UTC")).toBe("");
  });
});
