/** The tables of a video's page, each with its sample sizes. */
import type { Schemas } from "../../api";
import { isKey, useWords, type Words } from "../../i18n";
import { Card, Reason, Table } from "../../ui/parts";
import { judgeCertainty } from "./adjusted";
import type { Bin } from "./finding";
import { Effect } from "./moments";

type Report = Schemas["MomentsShown"];

/** A difference in points, or a dash. */
function Points({ value }: { value: number | null }) {
  const { t, points } = useWords();
  return <>{value === null ? t("unit.none") : t("videos.points", { n: points(value) })}</>;
}

export function Numbers({ bins }: { bins: readonly Bin[] }) {
  const { t, clock, number, percent } = useWords();
  return (
    <details>
      <summary>{t("videos.numbers")}</summary>
      <Table
        caption={t("videos.numbers")}
        rows={bins}
        keyOf={({ start }) => String(start)}
        columns={[
          { head: t("videos.stretch"), cell: ({ start, end }) => `${clock(start)}–${clock(end)}` },
          { head: t("videos.viewers"), numeric: true, cell: ({ viewers }) => number(viewers) },
          { head: t("videos.watched"), numeric: true, cell: (bin) => percent(bin.rate_watched) },
          { head: t("videos.not_watched"), numeric: true, cell: (bin) => percent(bin.rate_not_watched) },
          {
            head: t("videos.difference"),
            numeric: true,
            cell: ({ difference }) => <Points value={difference} />,
          },
          { head: t("videos.ratio"), numeric: true, cell: ({ ratio }) => number(ratio, 2) },
          { head: t("videos.effect"), numeric: true, cell: (bin) => <Effect of={bin} /> },
        ]}
      />
    </details>
  );
}

/** Why effects are missing in a table: each reason once. */
function Missing({ rows }: { rows: readonly { effect: number | null; reasons: Record<string, string> }[] }) {
  const codes = new Set(
    rows.flatMap(({ effect, reasons }) => (effect === null ? (reasons.effect ?? []) : [])),
  );
  return (
    <>
      {[...codes].map((code) => (
        <Reason key={code} code={code} />
      ))}
    </>
  );
}

/** What was done, in words; an event of the site's own is told by its name. */
function nameAction(event: string, t: Words["t"]): string {
  const key = `videos.did.${event}`;
  return isKey(key) ? t(key) : event;
}

export function Entries({ report }: { report: Report }) {
  const { t, clock, number, percent } = useWords();
  return (
    <Card title={t("videos.entries")}>
      <Table
        caption={t("videos.entries")}
        rows={report.entries}
        keyOf={({ kind }) => kind}
        columns={[
          {
            head: t("videos.entry"),
            cell: ({ kind, from, to }) => (
              <>
                {t(`videos.entry.${kind}`)}
                {from !== null && to !== null && (
                  <small class="note">
                    {" "}
                    {clock(from)}–{clock(to)}
                  </small>
                )}
              </>
            ),
          },
          { head: t("videos.viewers"), numeric: true, cell: ({ viewers }) => number(viewers) },
          { head: t("videos.rate"), numeric: true, cell: (entry) => percent(entry.conversion_rate) },
          { head: t("videos.effect_entry"), numeric: true, cell: (entry) => <Effect of={entry} /> },
        ]}
      />
      <p class="note">{t("videos.entries_note")}</p>
      <Missing rows={report.entries} />
    </Card>
  );
}

export function Actions({ report }: { report: Report }) {
  const { t, number } = useWords();
  return (
    <Card title={t("videos.actions")}>
      <Table
        caption={t("videos.actions")}
        rows={report.actions}
        keyOf={({ event }) => event}
        columns={[
          {
            head: t("videos.action"),
            cell: ({ event }) => <span class="nowrap">{nameAction(event, t)}</span>,
          },
          { head: t("videos.viewers"), numeric: true, cell: ({ viewers }) => number(viewers) },
          {
            head: t("videos.difference"),
            numeric: true,
            cell: ({ difference }) => <Points value={difference} />,
          },
          { head: t("videos.ratio"), numeric: true, cell: ({ ratio }) => number(ratio, 2) },
          { head: t("videos.effect"), numeric: true, cell: (action) => <Effect of={action} /> },
          {
            head: t("videos.certainty"),
            cell: ({ q_value: q }) =>
              q === null ? t("unit.none") : t(`videos.certainty.${judgeCertainty(q)}`),
          },
        ]}
      />
      <Missing rows={report.actions} />
    </Card>
  );
}
