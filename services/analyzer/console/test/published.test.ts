// @vitest-environment node
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { draftRules, PUBLISHED, readRules } from "../src/pages/settings/published";

it("the published rules are the defaults of the API", async () => {
  const document = JSON.parse(await readFile(new URL("../openapi.json", import.meta.url), "utf8"));
  const fields = Object.entries<{ default: unknown }>(document.components.schemas.LifecycleSent.properties);
  expect(PUBLISHED).toEqual(Object.fromEntries(fields.map(([name, field]) => [name, field.default])));
});

it("what is typed comes back as numbers", () => {
  const own = { ...PUBLISHED, at_risk_days: 45.5, advocate_events: ["Reviewed"] };
  expect(readRules(draftRules(own))).toEqual(own);
});
