import { describe, expect, it } from "vitest";
import { buildWords, fill } from "../src/i18n";

const english = buildWords("en");
const japanese = buildWords("ja");

describe("words", () => {
  it("fills placeholders and leaves unknown ones", () => {
    expect(fill("{a} of {b}", { a: 1 })).toBe("1 of {b}");
  });

  it("writes numbers, shares and differences", () => {
    expect(english.number(12_345)).toBe("12,345");
    expect(english.percent(0.1234)).toBe("12.3%");
    expect(english.points(0.031)).toBe("+3.1");
    expect(english.points(0)).toBe("0.0");
  });

  it("writes a dash for what is not there", () => {
    expect(english.number(null)).toBe("—");
    expect(english.percent(undefined)).toBe("—");
    expect(english.money(null, "JPY")).toBe("—");
  });

  it("writes media time and money", () => {
    expect(english.clock(75.9)).toBe("1:15");
    expect(japanese.money(1200, "JPY")).toMatch(/^[¥￥]1,200$/);
  });

  it("says how long ago in the language", () => {
    const now = Date.parse("2026-01-01T00:10:00Z");
    expect(english.ago("2026-01-01T00:09:57Z", now)).toMatch(/^3/);
    expect(japanese.ago("2026-01-01T00:00:00Z", now)).toMatch(/10\s?分前/);
    // A clock that is a little behind does not make the past the future.
    expect(english.ago("2026-01-01T00:10:05Z", now)).toMatch(/^0/);
  });
});
