/** What all prompts brought together: conversions won, by month, by prompt, and whether the figures can be trusted. */
import { Link } from "wouter-preact";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Chart } from "../../ui/chart";
import { Badge, Card, Empty, Loaded, Reason, Stat, Table } from "../../ui/parts";
import { Basis } from "../videos/head";
import { PromptsHead } from "./head";
import { buildMonths, type Month } from "./months";
import { StatusBadge } from "./status";

type Report = Schemas["ExperimentsShown"];
type Row = Schemas["ExperimentShown"];
type Interval = Schemas["IntervalShown"];

const REFRESH_MS = 60_000;
const TONES = { works: "good", harms: "warn", open: "plain", broken: "warn", not_compared: "plain" } as const;

export function Lift() {
  const { site } = useSite();
  const report = useQuery(
    `experiments ${site.id}`,
    () => unwrap(api.GET("/v1/reports/experiments", { params: { query: { site: site.id } } })),
    REFRESH_MS,
  );
  return (
    <>
      <PromptsHead page="lift" />
      <Loaded query={report} lines={10}>
        {(data) => (
          <>
            <Overall report={data} />
            {data.lift.months.length > 0 && <Months months={data.lift.months} report={data} />}
            {data.campaigns.length > 0 && <Campaigns rows={data.campaigns} />}
            {data.campaigns.length > 0 && <SelfCheck check={data.self_check} />}
            <Basis report={data} />
          </>
        )}
      </Loaded>
    </>
  );
}

/** The sentence that the interval allows. */
function useHeadline(won: Interval): string {
  const { t, number } = useWords();
  if (won.ci_low > 0) return t("lift.won", { n: number(won.estimate) });
  if (won.ci_high < 0) return t("lift.lost", { n: number(-won.estimate) });
  return t("lift.unsure");
}

function Overall({ report }: { report: Report }) {
  const { t } = useWords();
  const { overall } = report.lift;
  if (overall.conversions_won) return <Won report={report} won={overall.conversions_won} />;
  return (
    <Card>
      <Empty title={t("lift.none")}>
        <p class="note">{t("lift.none_how")}</p>
      </Empty>
      {report.coverage.shown > 0 && (
        <dl class="stats">
          <Coverage report={report} />
        </dl>
      )}
      {overall.persons > 0 && <Reason code={overall.reasons.conversion} />}
    </Card>
  );
}

function Won({ report, won }: { report: Report; won: Interval }) {
  const { t, number, points, money } = useWords();
  const { site } = useSite();
  const { overall } = report.lift;
  const { conversion, value, value_won: valueWon } = overall;
  const interval = (one: Interval, show: (amount: number) => string) =>
    t("videos.interval", { low: show(one.ci_low), high: show(one.ci_high) });
  const price = (amount: number) => money(amount, site.currency);
  // What a person brings more is often less than one unit of the currency.
  const each = (amount: number) => money(amount, site.currency, Math.abs(value?.estimate ?? 0) < 10 ? 2 : 0);
  return (
    <Card title={useHeadline(won)}>
      <p class="note">
        {t("lift.won_what", {
          low: number(won.ci_low),
          high: number(won.ci_high),
          persons: number(overall.persons),
          control: number(overall.control_persons),
        })}
      </p>
      <dl class="stats lift-stats">
        {conversion && (
          <Stat
            label={t("lift.conversion")}
            value={t("videos.points", { n: points(conversion.estimate) })}
            note={interval(conversion, points)}
          />
        )}
        {value && <Stat label={t("lift.value")} value={each(value.estimate)} note={interval(value, each)} />}
        {valueWon && (
          <Stat
            label={t("lift.value_won")}
            value={price(valueWon.estimate)}
            note={interval(valueWon, price)}
          />
        )}
        <Coverage report={report} />
      </dl>
      {overall.left_out > 0 && <p class="note">{t("lift.left_out", { n: number(overall.left_out) })}</p>}
    </Card>
  );
}

function Coverage({ report: { coverage } }: { report: Report }) {
  const { t, number, percent } = useWords();
  const of = (n: number) => t("lift.of", { n: number(n), all: number(coverage.persons) });
  return (
    <>
      <Stat label={t("lift.shown_share")} value={percent(coverage.share_shown)} note={of(coverage.shown)} />
      <Stat
        label={t("lift.held_share")}
        value={percent(coverage.share_withheld)}
        note={of(coverage.withheld)}
      />
    </>
  );
}

function Months({ months, report }: { months: readonly Month[]; report: Report }) {
  const words = useWords();
  const { t, number } = words;
  const hasLift = months.some(({ conversion }) => conversion !== null);
  return (
    <Card title={t("lift.months")} note={t("lift.months_note")}>
      {hasLift && (
        <Chart
          label={`${t("lift.months")}: ${t("lift.months_note")}`}
          height={240}
          inputs={`${report.computed_at} ${words.language}`}
          build={(palette) => buildMonths(months, palette, words)}
        />
      )}
      <Table
        caption={t("lift.months")}
        rows={months}
        keyOf={({ month }) => month}
        columns={[
          { head: t("lift.month"), cell: ({ month }) => <span class="nowrap">{month}</span> },
          {
            head: t("lift.effect"),
            numeric: true,
            cell: ({ conversion, reasons }) =>
              conversion ? <Points of={conversion} /> : <Reason code={reasons.conversion} />,
          },
          {
            head: t("lift.conversions_won"),
            numeric: true,
            cell: ({ conversions_won: won }) => number(won?.estimate),
          },
          { head: t("lift.persons"), numeric: true, cell: ({ persons }) => number(persons) },
          { head: t("lift.control"), numeric: true, cell: ({ control_persons: n }) => number(n) },
        ]}
      />
    </Card>
  );
}

function Campaigns({ rows }: { rows: readonly Row[] }) {
  const { t, number, percent, language } = useWords();
  return (
    <Card title={t("lift.campaigns")} note={t("lift.campaigns_note")}>
      <Table
        caption={t("lift.campaigns")}
        rows={rows}
        keyOf={({ campaign }) => campaign}
        columns={[
          {
            head: t("prompts.name"),
            cell: ({ campaign, name, status }) => (
              <span class="prompt-name block">
                <Link href={`/prompts/${campaign}/result`}>{name}</Link> <StatusBadge status={status} />
              </span>
            ),
          },
          {
            head: t("lift.verdict"),
            cell: ({ verdict, words }) => <Badge tone={TONES[verdict]}>{words[language]}</Badge>,
          },
          {
            head: t("lift.plain"),
            numeric: true,
            cell: ({ uplift, reasons }) =>
              uplift ? <Points of={uplift} /> : <Reason code={reasons.uplift} />,
          },
          {
            head: t("lift.adjusted"),
            numeric: true,
            cell: ({ uplift_adjusted: adjusted }) =>
              adjusted ? (
                <>
                  <Points of={adjusted} />
                  {(adjusted.variance_reduction ?? 0) >= 0.01 && (
                    <small class="note block">
                      {t("lift.narrower", { share: percent(adjusted.variance_reduction, 0) })}
                    </small>
                  )}
                </>
              ) : (
                t("unit.none")
              ),
          },
          { head: t("lift.persons"), numeric: true, cell: ({ triggered }) => number(triggered) },
          { head: t("lift.control"), numeric: true, cell: ({ withheld }) => number(withheld) },
        ]}
      />
    </Card>
  );
}

interface InPoints {
  estimate: number | null;
  ci_low: number | null;
  ci_high: number | null;
}

/** A difference in points with its interval. */
function Points({ of: { estimate, ci_low: low, ci_high: high } }: { of: InPoints }) {
  const { t, points } = useWords();
  return (
    <span class="nowrap">
      {points(estimate)}{" "}
      <small class="note">{t("videos.interval", { low: points(low), high: points(high) })}</small>
    </span>
  );
}

function SelfCheck({ check }: { check: Report["self_check"] }) {
  const { t, number, percent, language } = useWords();
  const isSound = check.verdict === "sound";
  return (
    <Card title={t("lift.check")}>
      <p class={check.verdict !== null && !isSound ? "reason" : undefined}>
        <strong>{check.words[language]}</strong>
      </p>
      <p class="note">
        {check.verdict === null
          ? t("lift.check_low")
          : t("lift.check_what", {
              n: number(check.splits),
              share: percent(check.share_significant),
              expected: percent(check.expected, 0),
            })}{" "}
        {isSound && t("lift.check_p", { p: number(check.ks_p, 2) })}
      </p>
    </Card>
  );
}
