/**
 * A ready campaign that a report proposes, handed to the form of a new prompt.
 * Must never be run as it is: it is a draft, to be read first.
 */
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { useWords } from "../../i18n";
import { type Campaign, type Draft, draftCampaign } from "./campaign";
import { NEW } from "./list";

type Json = Record<string, unknown>;
const KEY = "proposed";

/** Opens the form with the campaign in it; one that shows a moment of a video is opened by its address. */
export function OpenProposal({
  campaign,
  children,
}: {
  campaign: { en: Json; ja: Json };
  children: ComponentChildren;
}) {
  const { language } = useWords();
  return (
    <Link class="button" href={`/prompts/${NEW}`} state={{ [KEY]: campaign[language] }}>
      {children}
    </Link>
  );
}

/** Returns the form of the campaign that came with the way to this page, null without one. */
export function readProposal(state: unknown, zone: string): Draft | null {
  const body = typeof state === "object" && state !== null ? (state as Json)[KEY] : undefined;
  if (typeof body !== "object" || body === null || !Array.isArray((body as Json).variants)) return null;
  return draftCampaign(body as unknown as Campaign, zone);
}
