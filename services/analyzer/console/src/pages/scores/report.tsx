/** How a score is spread: tenths of the people, thresholds and their crossings, who leads, and what it foretold. */
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Loaded, Reason, Stat, Table } from "../../ui/parts";
import { PersonLink } from "../../ui/person";
import type { Score } from "./draft";

type Report = Schemas["ScoresShown"];
const MOST_TOP = 20;
const MOST_DAYS = 31;

export function Spread({ score }: { score: Score }) {
  const { t } = useWords();
  const { site } = useSite();
  const report = useQuery(
    `spread ${site.id} ${score.id} ${score.version}`,
    () => unwrap(api.GET("/v1/reports/scores", { params: { query: { site: site.id, score: score.id } } })),
    60_000,
  );
  return (
    <Loaded query={report}>
      {(data) =>
        data.persons ? (
          <>
            <Tenths report={data} />
            {data.thresholds.length > 0 && <Crossings report={data} />}
            <Leaders report={data} />
            <Foretold report={data} />
          </>
        ) : (
          <Card title={t("scores.spread")}>
            <Empty title={t("scores.nobody")}>
              <p class="note">{t("scores.nobody_how")}</p>
            </Empty>
          </Card>
        )
      }
    </Loaded>
  );
}

function Tenths({ report }: { report: Report }) {
  const { t, number } = useWords();
  const most = Math.max(...report.deciles.map(({ to }) => to ?? 0), 1e-9);
  return (
    <Card title={t("scores.spread")} note={t("scores.spread.note")}>
      <dl class="stats">
        <Stat label={t("scores.persons")} value={number(report.persons)} />
        <Stat label={t("scores.mean")} value={number(report.mean, 1)} />
      </dl>
      <ol class="deciles" aria-label={t("scores.spread")}>
        {report.deciles.map(({ band, to }) => (
          <li key={band}>
            <b>{number(to, 1)}</b>
            <i style={{ height: `${Math.max(0, (100 * (to ?? 0)) / most)}px` }} />
            <span>{number(band)}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

function Crossings({ report }: { report: Report }) {
  const { t, number } = useWords();
  const name = (id: string) => report.thresholds.find((one) => one.id === id)?.name ?? id;
  return (
    <Card title={t("scores.crossings")} note={t("scores.crossings.note")}>
      <Table
        caption={t("scores.thresholds")}
        rows={report.thresholds}
        keyOf={({ id }) => id}
        columns={[
          { head: t("scores.threshold.name"), cell: (one) => one.name },
          { head: t("scores.threshold.value"), numeric: true, cell: ({ value }) => number(value, 2) },
          { head: t("scores.at_or_above"), numeric: true, cell: ({ persons }) => number(persons) },
          { head: t("scores.crossed"), numeric: true, cell: ({ crossings }) => number(crossings) },
        ]}
      />
      {report.crossings.length > 0 && (
        <Table
          caption={t("scores.by_day")}
          rows={report.crossings.slice(-MOST_DAYS).reverse()}
          keyOf={({ day, threshold }) => `${day} ${threshold}`}
          columns={[
            { head: t("scores.day"), cell: ({ day }) => <span class="nowrap">{day}</span> },
            { head: t("scores.threshold.name"), cell: ({ threshold }) => name(threshold) },
            { head: t("scores.crossed"), numeric: true, cell: ({ crossings }) => number(crossings) },
          ]}
        />
      )}
    </Card>
  );
}

function Leaders({ report }: { report: Report }) {
  const { t, number, when } = useWords();
  return (
    <Card title={t("scores.top")} note={t("scores.top.note")}>
      <Table
        caption={t("scores.top")}
        rows={report.top.slice(0, MOST_TOP)}
        keyOf={({ id }) => id}
        columns={[
          { head: t("scores.person"), cell: ({ id }) => <PersonLink id={id} /> },
          { head: t("scores.value"), numeric: true, cell: ({ value }) => number(value, 1) },
          {
            head: t("scores.last_scored"),
            cell: ({ last_scored: at }) => <span class="nowrap">{when(at)}</span>,
          },
          {
            head: t("scores.last_crossed"),
            cell: ({ last_crossed: at }) => <span class="nowrap">{at ? when(at) : t("unit.none")}</span>,
          },
        ]}
      />
    </Card>
  );
}

function Foretold({ report }: { report: Report }) {
  const { t, number, percent, when } = useWords();
  const { bands, reasons, valued_at: at } = report.conversion;
  return (
    <Card title={t("scores.foretold")} note={t("scores.foretold.note", { at: when(at) })}>
      <Reason code={reasons.bands} />
      {bands && (
        <Table
          caption={t("scores.foretold")}
          rows={bands.filter(({ persons }) => persons > 0).reverse()}
          keyOf={({ band }) => String(band)}
          columns={[
            {
              head: t("scores.band"),
              cell: ({ from, to }) => t("scores.from_to", { from: number(from, 1), to: number(to, 1) }),
            },
            { head: t("scores.persons"), numeric: true, cell: ({ persons }) => number(persons) },
            { head: t("scores.converted"), numeric: true, cell: ({ converted }) => number(converted) },
            { head: t("scores.rate"), numeric: true, cell: ({ conversion_rate: rate }) => percent(rate) },
          ]}
        />
      )}
    </Card>
  );
}
