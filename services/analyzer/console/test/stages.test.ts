import { describe, expect, it } from "vitest";
import { writeStage } from "../src/rules/stages";

const core = { id: "core", rule: { fact: "orders.count", op: "ge", value: 2 } };
const middle = { id: "middle", rule: { fact: "orders.count", op: "ge", value: 1 } };

describe("the rule of one stage", () => {
  it("is the stage's own at the top", () => {
    expect(writeStage([core, middle], "core")).toEqual({ all: [core.rule] });
  });

  it("leaves out those of the stages above", () => {
    expect(writeStage([core, middle], "middle")).toEqual({ all: [middle.rule, { not: core.rule }] });
  });

  it("is nobody's above for the rest", () => {
    expect(writeStage([core, middle], "rest")).toEqual({ all: [{ not: core.rule }, { not: middle.rule }] });
  });
});
