import { describe, expect, it } from "vitest";
import { createQueue } from "../src/pages/prompts/reports";

describe("the queue of reports", () => {
  it("asks for one at a time, each once while it waits, in order", async () => {
    const log: string[] = [];
    const open: (() => void)[] = [];
    const ask = createQueue((id) => {
      log.push(id);
      return new Promise((done) => open.push(done));
    });
    const done = ask(["a", "b"]);
    ask(["b", "c"]);
    for (const expected of [["a"], ["a", "b"], ["a", "b", "c"]]) {
      expect(log).toEqual(expected);
      open.shift()?.();
      await new Promise((next) => setTimeout(next));
    }
    await done;
    ask(["a"]);
    expect(log).toEqual(["a", "b", "c", "a"]);
  });
});
