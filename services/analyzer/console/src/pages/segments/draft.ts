/** A segment as the form has it, and as the API has it. Pure. */
import type { Schemas } from "../../api";
import { type RuleRows, readRows } from "../../rules/builder";
import { readAudience } from "../prompts/campaign";

export type Segment = Schemas["SegmentShown"];
export type Kind = Segment["kind"];
/** No segment's id can be this. */
export const NEW = "~new";
export const KINDS: Kind[] = ["rule", "lookalike", "list"];
/** Share of the candidates that a new lookalike segment takes. */
const SIZE = 0.1;

export interface SegmentDraft {
  name: string;
  kind: Kind;
  rows: RuleRows | null;
  json: string;
  seed: string;
  size: number;
  members: string[];
}

export function draftSegment(segment?: Segment): SegmentDraft {
  const rule = segment?.rule ?? { all: [] };
  return {
    name: segment?.name ?? "",
    kind: segment?.kind ?? "rule",
    rows: readRows(rule),
    json: JSON.stringify(rule, null, 2),
    seed: segment?.seed ?? "",
    size: segment?.size ?? SIZE,
    members: segment?.members ?? [],
  };
}

/** What is sent: what the kind needs, and the rest empty; throws `SyntaxError` for a rule that is no JSON. */
export function readSegment(draft: SegmentDraft): Omit<Schemas["SegmentCreate"], "id"> {
  const { name, kind, seed, size, members } = draft;
  return {
    name,
    kind,
    rule: kind === "rule" ? readAudience(draft) : null,
    seed: kind === "lookalike" ? seed : null,
    size: kind === "lookalike" ? size : null,
    members: kind === "list" ? members : null,
  };
}
