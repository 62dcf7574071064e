/** One visit, told line by line; a view of a video shows which parts were played. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Schemas } from "../../api";
import { isKey, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge } from "../../ui/parts";
import { type Line, sumOrders, tellStory, type ViewLine } from "./story";

export function Session({
  session,
  open,
}: {
  session: Schemas["VisitorShown"]["sessions"][number];
  open: boolean;
}) {
  const { t, when, number, money } = useWords();
  const { site } = useSite();
  const lines = useMemo(() => tellStory(session.events), [session.events]);
  const minutes = (Date.parse(session.end) - Date.parse(session.start)) / 60_000;
  return (
    <details class="card visit" open={open}>
      <summary>
        <h2>{when(session.start)}</h2>
        <Badge>{session.channel}</Badge>
        {[...sumOrders(lines)].map(([currency, value]) => (
          <Badge key={currency} tone="good">
            {t("visitors.bought", { value: money(value, currency || site.currency) })}
          </Badge>
        ))}
        <small class="note">
          {t("visitors.visit", { n: number(lines.length), minutes: number(Math.max(1, minutes)) })}
        </small>
      </summary>
      <ol class="story">
        {lines.map((line) => (
          <li key={line.key} class={line.kind}>
            <Time at={line.at} />
            <div>
              <Told line={line} />
            </div>
          </li>
        ))}
      </ol>
    </details>
  );
}

function Time({ at }: { at: string }) {
  const { language } = useWords();
  return <time dateTime={at}>{new Date(at).toLocaleTimeString(language === "ja" ? "ja-JP" : "en-GB")}</time>;
}

function Told({ line }: { line: Line }): ComponentChildren {
  const { t, money } = useWords();
  const { site } = useSite();
  switch (line.kind) {
    case "view":
      return <View line={line} />;
    case "prompt":
      return (
        <>
          <Link href={`/prompts/${line.campaign}/result`}>
            {t("visitors.prompt", { campaign: line.campaign })}
          </Link>{" "}
          {line.variant && <Badge>{line.variant}</Badge>}{" "}
          <span class="note">
            {line.outcomes
              .map((outcome) => `visitors.prompt.${outcome}`)
              .map((key) => (isKey(key) ? t(key) : key))
              .join(" → ")}
          </span>
        </>
      );
    case "order": {
      const value = money(line.revenue, line.currency || site.currency);
      if (!line.refunded) return <strong>{t("visitors.line.order", { value })}</strong>;
      return (
        <>{line.revenue === null ? t("visitors.line.refund_all") : t("visitors.line.refund", { value })}</>
      );
    }
    case "product":
    case "added":
    case "removed":
      return (
        <>
          {t(`visitors.line.${line.kind}`, { name: line.name })}{" "}
          {line.price !== null && (
            <small class="note">{money(line.price, line.currency || site.currency)}</small>
          )}
        </>
      );
    case "page":
      return <span class="note">{t("visitors.line.page", { name: line.name })}</span>;
    default: {
      const key = `visitors.event.${line.name}`;
      return (
        <>
          {isKey(key) ? t(key) : line.name}
          {line.about && (
            <>
              {" "}
              <Badge tone="accent">{line.about}</Badge>
            </>
          )}
        </>
      );
    }
  }
}

function View({ line }: { line: ViewLine }) {
  const { t, clock, number } = useWords();
  const { title, ranges, length, live, stalls, failed, actions } = line;
  const watched = ranges.map(([from, to]) => `${clock(from)}–${clock(to)}`).join(", ");
  const whole = Math.max(length ?? 0, ...ranges.map(([, to]) => to), 1);
  return (
    <>
      <Link href={`/videos/${encodeURIComponent(line.video)}`}>
        {watched ? t("visitors.line.view", { title, watched }) : t("visitors.line.view_none", { title })}
      </Link>
      {watched && (
        <svg class="played" viewBox={`0 0 ${whole} 1`} preserveAspectRatio="none" aria-hidden="true">
          {ranges.map(([from, to]) => (
            <rect key={from} x={from} y="0" width={to - from} height="1" />
          ))}
        </svg>
      )}
      <span class="view-notes">
        {live && <Badge tone="accent">{t("visitors.live")}</Badge>}
        {actions.map((action) => {
          const key = `visitors.${action}`;
          return <Badge key={action}>{isKey(key) ? t(key) : action}</Badge>;
        })}
        {stalls > 0 && <Badge tone="warn">{t("visitors.stalls", { n: number(stalls) })}</Badge>}
        {failed && <Badge tone="warn">{t("visitors.failed")}</Badge>}
      </span>
    </>
  );
}
