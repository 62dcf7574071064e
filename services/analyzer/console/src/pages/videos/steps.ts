/** What the steps of journeys are called. Pure. */
import { isKey, type Words } from "../../i18n";

/** Pages keep their address; codes of channels lose their underscores. */
const writeName = (name: string) => (name.startsWith("/") ? name : name.replaceAll("_", " "));

/** A step in words: `page:/cart` is a page, `channel:email` a way to the shop; an unknown one is told as it is. */
export function nameStep(name: string, t: Words["t"]): string {
  const key = `journeys.step.${name}`;
  if (isKey(key)) return t(key);
  const colon = name.indexOf(":");
  const kind = `journeys.step.${name.slice(0, colon)}:`;
  return colon > 0 && isKey(kind) ? t(kind, { name: writeName(name.slice(colon + 1)) }) : name;
}

export interface Node {
  step: number;
  name: string;
  viewers: number;
  share: number;
  share_non_viewers: number | null;
}

/** The nodes of each step in the order of time, the most frequent first; `end` and `other` come last. */
export function groupSteps(
  nodes: readonly Node[],
  furthest: number,
  most: number,
): { step: number; nodes: Node[] }[] {
  const steps = [...new Set(nodes.map(({ step }) => step))]
    .filter((step) => Math.abs(step) <= furthest)
    .sort((a, b) => a - b);
  const isLast = ({ name }: Node) => Number(name === "end" || name === "other");
  return steps.map((step) => ({
    step,
    nodes: nodes
      .filter((node) => node.step === step && node.viewers > 0)
      .sort((a, b) => isLast(a) - isLast(b) || b.viewers - a.viewers)
      .filter((node, index) => index < most || isLast(node)),
  }));
}
