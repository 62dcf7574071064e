import { describe, expect, it } from "vitest";
import { readAddress } from "../src/prompt/address";

describe("readAddress", () => {
  it("lets web addresses through, and nothing that runs", () => {
    expect(readAddress("https://shop.example/a")).toBe("https://shop.example/a");
    expect(readAddress("/tea")).toBe(new URL("/tea", document.baseURI).href);
    for (const bad of [
      "javascript:alert(1)",
      " java\nscript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "",
      undefined,
    ]) {
      expect(readAddress(bad)).toBeUndefined();
    }
  });
});
