/** Customers: at which stage they are, how they get there, who comes back, and what is expected of them. */
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Loaded, Stat, Table } from "../../ui/parts";
import { Basis } from "../videos/head";
import { Expected } from "./expected";
import { Bar, CustomersHead, HeatMap } from "./head";
import { type AdvocateRule, Ladder, Visiting } from "./ladder";

export { Aftercare } from "./aftercare";
export { Community } from "./community";
export { Stores } from "./stores";

type Report = Schemas["LifecycleShown"];
const MOST_MONTHS = 12;
const SCORES = [1, 2, 3, 4, 5];

export function Customers() {
  const { t } = useWords();
  const { site } = useSite();
  const [rule, setRule] = useState<AdvocateRule>();
  const own = rule && { advocate_events: rule.events, advocate_acts: rule.acts };
  const report = useQuery(
    `lifecycle ${site.id} ${JSON.stringify(rule ?? null)}`,
    () => unwrap(api.GET("/v1/reports/lifecycle", { params: { query: { site: site.id, ...own } } })),
    120_000,
  );
  return (
    <>
      <CustomersHead page="lifecycle" />
      <Loaded query={report}>
        {(data) =>
          data.sample_sizes.customers ? (
            <>
              <Stages report={data} />
              <Ladder report={data} onRule={setRule} />
              <Expected report={data} />
              <div class="columns">
                <Conversion report={data} />
                <Rfm report={data} />
              </div>
              <Cohorts report={data} />
              <Visiting report={data} />
              <Basis report={data} />
            </>
          ) : (
            <Card>
              <Empty title={t("customers.empty")}>
                <p class="note">{t("customers.empty_how")}</p>
              </Empty>
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

function Stages({ report }: { report: Report }) {
  const { t, number, percent, money } = useWords();
  const { site } = useSite();
  const most = Math.max(...report.transitions.map(({ customers }) => customers), 1);
  const all = Math.max(...report.stages.map(({ customers }) => customers), 1);
  const name = (stage: string | null) =>
    stage === null ? t("customers.stage.nobody") : t(`customers.stage.${stage as "new"}`);
  return (
    <Card
      title={t("customers.stages")}
      note={t("customers.stages_note", {
        orders: number(report.rules.loyal_orders),
        days: number(report.rules.loyal_days, 2),
        risk: number(report.rules.at_risk_days, 2),
        dormant: number(report.rules.dormant_days, 2),
      })}
      actions={
        <Link href="/settings" class="button quiet small">
          {t("customers.rules")}
        </Link>
      }
    >
      <ol class="stages">
        {report.stages.map(({ stage, customers, customers_before: before, revenue_in_window: revenue }) => (
          <li key={stage} class={`stage ${stage}`}>
            <span>{name(stage)}</span>
            <b>{number(customers)}</b>
            <i style={{ width: `${(customers / all) * 100}%` }} aria-hidden="true" />
            <small>{t("customers.before", { n: number(before) })}</small>
            <small>{money(revenue, site.currency)}</small>
          </li>
        ))}
      </ol>
      <Table
        caption={t("customers.flows")}
        rows={[...report.transitions].sort((one, other) => other.customers - one.customers)}
        keyOf={({ from, to }) => `${from} ${to}`}
        columns={[
          {
            head: t("customers.flows"),
            cell: ({ from, to }) => (
              <span class="transition">
                {name(from)} <span aria-hidden="true">→</span> {name(to)}
              </span>
            ),
          },
          {
            head: t("customers.changes"),
            cell: ({ customers }) => <Bar share={customers / most}>{number(customers)}</Bar>,
          },
          { head: t("customers.rate"), numeric: true, cell: ({ rate }) => percent(rate) },
        ]}
      />
    </Card>
  );
}

function Conversion({ report }: { report: Report }) {
  const { t, number, percent, money } = useWords();
  const { site } = useSite();
  const { reactivation: back } = report;
  return (
    <Card title={t("customers.conversion")} note={t("customers.conversion_note")}>
      <dl class="stats">
        {report.conversion.map(({ kind, conversion_rate: rate, ci_low, ci_high, persons, revenue }) => (
          <Stat
            key={kind}
            label={t(`customers.${kind}`)}
            value={percent(rate)}
            note={
              <>
                {rate !== null && `${percent(ci_low)} – ${percent(ci_high)} · `}
                {t("customers.of", { n: number(persons) })} · {money(revenue, site.currency)}
              </>
            }
          />
        ))}
        <Stat
          label={t("customers.reactivation")}
          value={percent(back.rate)}
          note={t("customers.reactivated", { n: number(back.reactivated), m: number(back.dormant) })}
        />
      </dl>
    </Card>
  );
}

function Rfm({ report }: { report: Report }) {
  const { t, number, money } = useWords();
  const { site } = useSite();
  const { cells, customers } = report.rfm;
  if (!customers) return null;
  const held = (recency: number, frequency: number) => {
    const inside = cells.filter((cell) => cell.recency === recency && cell.frequency === frequency);
    return {
      customers: inside.reduce((sum, cell) => sum + cell.customers, 0),
      revenue: inside.reduce((sum, cell) => sum + cell.revenue, 0),
    };
  };
  const most = Math.max(...SCORES.flatMap((r) => SCORES.map((f) => held(r, f).customers)), 1);
  return (
    <Card title={t("customers.rfm")} note={t("customers.rfm_note")}>
      <HeatMap
        caption={t("customers.rfm")}
        corner={t("customers.rfm_corner")}
        columns={SCORES.map(String)}
        rows={[...SCORES].reverse().map((recency) => ({
          key: String(recency),
          head: String(recency),
          cells: SCORES.map((frequency) => {
            const one = held(recency, frequency);
            if (!one.customers) return null;
            return {
              heat: one.customers / most,
              text: (
                <>
                  {number(one.customers)} <small>{money(one.revenue, site.currency)}</small>
                </>
              ),
            };
          }),
        }))}
      />
    </Card>
  );
}

function Cohorts({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const cohorts = report.retention_cohorts;
  if (!cohorts.length) return null;
  const shown = Math.min(MOST_MONTHS, Math.max(...cohorts.map(({ months }) => months.length)));
  const months = Array.from({ length: shown }, (_, place) => place);
  // The first month is everybody, and says nothing of coming back.
  const most = Math.max(...cohorts.flatMap((one) => one.months.slice(1).map(({ share }) => share)), 0.01);
  return (
    <Card title={t("customers.cohorts")} note={t("customers.cohorts_note")}>
      <HeatMap
        caption={t("customers.cohorts")}
        corner={t("customers.cohort")}
        columns={months.map(String)}
        rows={[...cohorts].reverse().map(({ cohort, customers, months: held }) => ({
          key: cohort,
          head: (
            <span class="nowrap">
              {cohort} <small class="note">{number(customers)}</small>
            </span>
          ),
          cells: months.map((place) => {
            const one = held[place];
            if (!one) return null;
            return {
              heat: place ? one.share / most : 0,
              text: (
                <>
                  {percent(one.share, 0)}
                  {!one.is_complete && <span title={t("customers.running")}>*</span>}
                </>
              ),
            };
          }),
        }))}
      />
    </Card>
  );
}
