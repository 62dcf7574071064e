import { describe, expect, it } from "vitest";
import { en, ja, type Key } from "../src/i18n/texts";

const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

describe("texts", () => {
  it("are the same keys in both languages", () => {
    expect(Object.keys(ja).sort()).toEqual(Object.keys(en).sort());
  });

  it.each(Object.keys(en) as Key[])("%s has the same placeholders, and says something", (key) => {
    expect(placeholders(ja[key])).toEqual(placeholders(en[key]));
    expect(en[key].trim()).not.toBe("");
    expect(ja[key].trim()).not.toBe("");
  });
});
