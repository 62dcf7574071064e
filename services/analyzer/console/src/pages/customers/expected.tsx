/** What is expected of the customers: orders and their worth, how well that was said before, and of whom most. */
import { Link } from "wouter-preact";
import type { Schemas } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, Reason, Stat, Table } from "../../ui/parts";

type Report = Schemas["LifecycleShown"];
const MOST_SHOWN = 10;

export function Expected({ report }: { report: Report }) {
  const { t, number, percent, money } = useWords();
  const { site } = useSite();
  const { expected } = report;
  const { orders_next_90_days: orders, value_next_90_days: value, holdout, reasons } = expected;
  return (
    <Card
      title={t("customers.expected")}
      note={t("customers.expected_note", { n: number(expected.customers) })}
    >
      <dl class="stats">
        <Stat label={t("customers.orders_next")} value={number(orders)} />
        <Stat label={t("customers.value_next")} value={money(value, site.currency)} />
        {holdout.predicted !== null && (
          <Stat
            label={t("customers.tried")}
            value={`${number(holdout.predicted)} / ${number(holdout.actual)}`}
            note={t("customers.tried_what")}
          />
        )}
      </dl>
      <Reason code={reasons.orders_next_90_days ?? reasons.value_next_90_days} />
      {holdout.predicted !== null && (
        <details>
          <summary>{t("customers.tried_by")}</summary>
          <Table
            caption={t("customers.tried_by")}
            rows={holdout.by_purchases}
            keyOf={({ purchases }) => String(purchases)}
            columns={[
              {
                head: t("customers.purchases"),
                cell: ({ purchases, or_more }) =>
                  or_more ? t("customers.or_more", { n: purchases }) : number(purchases),
              },
              {
                head: t("customers.customers"),
                numeric: true,
                cell: ({ customers }) => number(customers),
              },
              {
                head: t("customers.predicted"),
                numeric: true,
                cell: ({ predicted }) => number(predicted, 1),
              },
              { head: t("customers.actual"), numeric: true, cell: ({ actual }) => number(actual) },
            ]}
          />
        </details>
      )}
      {expected.worth_most.length > 0 && (
        <>
          <h3>{t("customers.worth_most")}</h3>
          <Table
            caption={t("customers.worth_most")}
            rows={expected.worth_most.slice(0, MOST_SHOWN)}
            keyOf={({ person_id: id }) => id}
            columns={[
              { head: t("customers.customer"), cell: ({ person_id: id }) => <PersonLink id={id} /> },
              {
                head: t("customers.purchases"),
                numeric: true,
                cell: ({ purchases }) => number(purchases),
              },
              { head: t("customers.alive"), numeric: true, cell: ({ alive }) => percent(alive, 0) },
              { head: t("customers.orders_next"), numeric: true, cell: (one) => number(one.orders, 1) },
              {
                head: t("customers.value_next"),
                numeric: true,
                cell: (one) => money(one.value, site.currency),
              },
            ]}
          />
        </>
      )}
      <Regular report={report} />
    </Card>
  );
}

function Regular({ report }: { report: Report }) {
  const { t, number, when } = useWords();
  const { customers } = report.next_purchase;
  if (!customers.length) return null;
  return (
    <>
      <h3>{t("customers.regular")}</h3>
      <Table
        caption={t("customers.regular")}
        rows={customers.slice(0, MOST_SHOWN)}
        keyOf={({ person_id: id }) => id}
        columns={[
          { head: t("customers.customer"), cell: ({ person_id: id }) => <PersonLink id={id} /> },
          { head: t("customers.gap"), numeric: true, cell: (one) => number(one.gap_days, 1) },
          {
            head: t("customers.next"),
            cell: ({ expected, is_overdue }) => (
              <span class="nowrap">
                {when(expected)} {is_overdue && <Badge tone="warn">{t("customers.overdue")}</Badge>}
              </span>
            ),
          },
        ]}
      />
    </>
  );
}

export function PersonLink({ id }: { id: string }) {
  return (
    <Link href={`/visitors/${encodeURIComponent(id)}`} class="person">
      {id}
    </Link>
  );
}
