import { describe, expect, it } from "vitest";
import { buildWords } from "../src/i18n";
import { groupSteps, nameStep } from "../src/pages/videos/steps";

describe("the steps of journeys", () => {
  it("have names in words, and unknown ones their own", () => {
    const { t } = buildWords("en");
    expect(nameStep("cart_add", t)).toBe("Into the cart");
    expect(nameStep("page:/", t)).toBe("Home");
    expect(nameStep("page:/a:b", t)).toBe("Page /a:b");
    expect(nameStep("channel:organic_search", t)).toBe("Came by organic search");
    expect(nameStep("own_step", t)).toBe("own_step");
    expect(nameStep("own:step", t)).toBe("own:step");
  });

  it("are grouped in the order of time, the end last", () => {
    const node = (step: number, name: string, viewers: number) => ({
      step,
      name,
      viewers,
      share: viewers / 10,
      share_non_viewers: null,
    });
    const nodes = [
      node(1, "end", 9),
      node(1, "product", 4),
      node(1, "cart", 6),
      node(1, "list", 1),
      node(-1, "page:/", 10),
      node(2, "other", 0),
      node(4, "product", 3),
    ];
    const shape = groupSteps(nodes, 3, 2).map(({ step, nodes: inStep }) => [
      step,
      inStep.map(({ name }) => name),
    ]);
    expect(shape).toEqual([
      [-1, ["page:/"]],
      [1, ["cart", "product", "end"]],
      [2, []],
    ]);
  });
});
