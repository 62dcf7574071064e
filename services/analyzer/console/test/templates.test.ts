import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { draftTemplate, TEMPLATES, writeTemplate } from "../src/pages/segments/templates";
import { writeRows } from "../src/rules/builder";

describe("segment templates", () => {
  it.each(TEMPLATES)("%s can be edited as rows, and says the same", (template) => {
    const { rows } = draftTemplate(template, 0.876);
    expect(rows).not.toBeNull();
    if (rows) expect(writeRows(rows)).toEqual(writeTemplate(template, 0.876));
  });

  it("asks for more than the usual share of leaving, which is never rounded up out of reach", () => {
    const [hesitates] = writeTemplate("last_push", 0.996).all as [{ value: number }];
    expect(hesitates.value).toBe(0.99);
  });

  it("takes a document asked for as consideration, by the rule that both compilers are tested with", () => {
    const golden = resolve(import.meta.dirname, "../../../../tests/golden/rules/considering.json");
    expect(writeTemplate("considering", null)).toEqual(JSON.parse(readFileSync(golden, "utf8")));
  });

  it("has a figure before the site's sessions have told one", () => {
    const [hesitates] = writeTemplate("hesitating", null).all as [{ value: number }];
    expect(hesitates.value).toBe(0.8);
  });
});
