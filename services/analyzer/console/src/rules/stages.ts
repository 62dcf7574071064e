/** The rule of one stage by itself: its own, and none of those above it. Pure. */
import type { Rule } from "./builder";

/**
 * Returns who is at a stage.
 * @param stages from the top
 * @param id of one of them; any other stands for the rest, for whom no rule holds
 */
export function writeStage(stages: readonly { id: string; rule: Rule }[], id: string): Rule {
  const found = stages.findIndex((stage) => stage.id === id);
  const above = found < 0 ? stages : stages.slice(0, found);
  const own = stages[found]?.rule;
  return { all: [...(own ? [own] : []), ...above.map(({ rule }) => ({ not: rule }))] };
}
