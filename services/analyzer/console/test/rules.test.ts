import { describe, expect, it } from "vitest";
import { type Rule, readRows, STARTS, writeRows } from "../src/rules/builder";
import { type Operator, readValue, writeValue } from "../src/rules/value";

describe("values", () => {
  it.each([
    ["eq", 0],
    ["eq", 12.5],
    ["eq", -3],
    ["eq", true],
    ["eq", "true"],
    ["eq", "12"],
    ["eq", "007"],
    ["eq", ""],
    ["eq", "tea, green"],
    ["eq", 'a "quoted" word'],
    ["eq", '"'],
    ["eq", " padded "],
    ["matches", "^ja"],
    ["matches", "12"],
    ["contains", "/products/"],
    ["in", ["a", "b, c", 3, "4", true]],
    ["in", []],
    ["exists", true],
    ["exists", false],
  ] as [Operator, unknown][])("%s %j reads back as itself", (op, value) => {
    expect(readValue(writeValue(value, op), op)).toEqual(value);
  });

  it("takes what looks like a number for one, unless it is quoted", () => {
    expect(readValue("3", "eq")).toBe(3);
    expect(readValue('"3"', "eq")).toBe("3");
    expect(readValue("03", "eq")).toBe("03");
  });
});

const SAYABLE: Rule[] = [
  { all: [] },
  {
    all: [
      { watched: { video: "tea", from: 24, to: 36, share: 0.5 } },
      { fact: "orders.count", op: "eq", value: 0 },
      { not: { fact: "locale", op: "matches", value: "^ja" } },
    ],
  },
  {
    any: [
      {
        event: "page",
        where: [{ property: "path", op: "contains", value: "/products" }],
        count: { op: "ge", value: 2 },
        within: "30d",
      },
      { segment: "loyal" },
      { event: "Product Viewed", count: { op: "lt", value: 3 }, within: "session" },
    ],
  },
];

describe("rows", () => {
  it.each(SAYABLE)("say a rule and give it back: %j", (rule) => {
    const rows = readRows(rule);
    expect(rows).not.toBeNull();
    expect(rows && writeRows(rows)).toEqual(rule);
  });

  it("take a rule of one part as it is meant", () => {
    const rows = readRows({ fact: "channel", op: "eq", value: "email" });
    expect(rows && writeRows(rows)).toEqual({ all: [{ fact: "channel", op: "eq", value: "email" }] });
  });

  it("fill in what the rule left to its defaults", () => {
    const rows = readRows({
      all: [{ watched: { video: "v", from: 0, to: 5 } }, { event: "e", within: "7d" }],
    });
    expect(rows && writeRows(rows)).toEqual({
      all: [
        { watched: { video: "v", from: 0, to: 5, share: 0.5 } },
        { event: "e", count: { op: "ge", value: 1 }, within: "7d" },
      ],
    });
  });

  it.each([
    { any: [] },
    { all: [{ any: [{ segment: "a" }] }] },
    { all: [{ not: { not: { segment: "a" } } }] },
    { all: [{ watched: { video: "v", from: 0, to: 1 }, more: 1 }] },
    { all: [{ something: "new" }] },
    { all: [], any: [] },
    { not: { all: [] } },
    {},
  ] as Rule[])("leave alone what they cannot say: %j", (rule) => {
    expect(readRows(rule)).toBeNull();
  });

  it("begin as something that reads back", () => {
    for (const row of Object.values(STARTS)) {
      const rule = writeRows({ match: "all", rows: [structuredClone(row) as never] });
      expect(readRows(rule)).toEqual({ match: "all", rows: [row] });
    }
  });
});
