// @vitest-environment node
import { readFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, it } from "vitest";

it("the API types are made from the checked-in document: else run `make schema`", async () => {
  const document = new URL("../openapi.json", import.meta.url);
  const checkedIn = await readFile(new URL("../src/generated/api.ts", import.meta.url), "utf8");
  const made = astToString(await openapiTS(document));
  expect(checkedIn.slice(checkedIn.indexOf("export interface paths")).trim()).toBe(made.trim());
});
