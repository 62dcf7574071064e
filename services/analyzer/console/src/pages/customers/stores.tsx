/** Stores: how many visits lead to a purchase, what that does to the basket, and whom to approach. */
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, CopyButton, Empty, Loaded, Reason, Stat, Table } from "../../ui/parts";
import { Basis } from "../videos/head";
import { PersonLink } from "./expected";
import { Bar, CustomersHead } from "./head";

type Report = Schemas["StoresShown"];
const IMPORT = "kikkake import visits.csv --kind visits";
const MOST_SHOWN = 25;

export function Stores() {
  const { t } = useWords();
  const { site } = useSite();
  const report = useQuery(
    `stores ${site.id}`,
    () => unwrap(api.GET("/v1/reports/stores", { params: { query: { site: site.id } } })),
    120_000,
  );
  return (
    <>
      <CustomersHead page="stores" />
      <Loaded query={report}>
        {(data) =>
          data.years.some(({ visits }) => visits > 0) ? (
            <>
              <Years report={data} />
              <div class="columns">
                <UntilPurchase report={data} />
                <Unpurchased report={data} />
              </div>
              <Approach report={data} />
              <Basis report={data} />
            </>
          ) : (
            <Card>
              <Empty title={t("stores.empty")}>
                <p class="note">{t("stores.empty_how")}</p>
                <p class="code">
                  <code>{IMPORT}</code> <CopyButton text={IMPORT} />
                </p>
                <p class="note">{t("stores.empty_columns")}</p>
              </Empty>
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

function Years({ report }: { report: Report }) {
  const { t, number } = useWords();
  const { this: now, ratios } = report.year_on_year;
  const against = (ratio: number | null) =>
    ratio === null ? t("stores.no_year_before") : t("stores.year_before", { ratio: number(ratio, 2) });
  const stats = [
    ["visits", now.visits, ratios.visits],
    ["visitors", now.visitors, ratios.visitors],
    ["purchases", now.purchases, ratios.purchases],
    ["non_buyers", now.non_buyers, ratios.non_buyers],
  ] as const;
  return (
    <Card title={t("stores.years")}>
      <dl class="stats">
        {stats.map(([name, count, ratio]) => (
          <Stat key={name} label={t(`stores.${name}`)} value={number(count)} note={against(ratio)} />
        ))}
      </dl>
      {report.stores.length > 1 && (
        <details>
          <summary>{t("stores.by_store", { n: number(report.stores.length) })}</summary>
          <Table
            caption={t("stores.title")}
            rows={report.stores}
            keyOf={({ store_id: id }) => id ?? ""}
            columns={[
              { head: t("stores.store"), cell: ({ store_id: id }) => id ?? t("unit.none") },
              { head: t("stores.visits"), numeric: true, cell: ({ visits }) => number(visits) },
              { head: t("stores.visitors"), numeric: true, cell: ({ visitors }) => number(visitors) },
              { head: t("stores.purchases"), numeric: true, cell: ({ purchases }) => number(purchases) },
            ]}
          />
        </details>
      )}
    </Card>
  );
}

function UntilPurchase({ report }: { report: Report }) {
  const { t, number, money, percent } = useWords();
  const { site } = useSite();
  const rows = Object.entries(report.visits_to_purchase);
  const most = Math.max(...rows.map(([, count]) => count), 1);
  const { basket } = report;
  const share = report.year_on_year.this.share_several;
  return (
    <Card
      title={t("stores.until")}
      note={t("stores.until_note", { days: number(report.rules.buyer_days), share: percent(share, 0) })}
    >
      {rows.length ? (
        <Table
          caption={t("stores.until")}
          rows={rows}
          keyOf={([visits]) => visits}
          columns={[
            { head: t("stores.visits"), cell: ([visits]) => visits },
            {
              head: t("stores.purchases"),
              cell: ([, count]) => <Bar share={count / most}>{number(count)}</Bar>,
            },
            {
              head: t("stores.basket"),
              numeric: true,
              cell: ([visits]) => money(report.aov_by_visits[visits] ?? null, site.currency),
            },
          ]}
        />
      ) : (
        <Empty title={t("stores.no_purchase")} />
      )}
      {basket.difference !== null ? (
        <p>
          {t("stores.basket_differs", {
            one: money(basket.single_average, site.currency),
            several: money(basket.several_average, site.currency),
            low: money(basket.ci_low, site.currency),
            high: money(basket.ci_high, site.currency),
          })}
        </p>
      ) : (
        <Reason code={basket.reasons.difference} />
      )}
    </Card>
  );
}

function Unpurchased({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const rows = Object.entries(report.unpurchased_visits);
  const most = Math.max(...rows.map(([, persons]) => persons), 1);
  const share = report.year_on_year.this.share_non_buyers_several;
  return (
    <Card
      title={t("stores.unpurchased")}
      note={t("stores.unpurchased_note", {
        days: number(report.rules.non_buyer_days),
        share: percent(share, 0),
      })}
    >
      {rows.length ? (
        <Table
          caption={t("stores.unpurchased")}
          rows={rows}
          keyOf={([visits]) => visits}
          columns={[
            { head: t("stores.visits"), cell: ([visits]) => visits },
            {
              head: t("stores.persons"),
              cell: ([, persons]) => <Bar share={persons / most}>{number(persons)}</Bar>,
            },
          ]}
        />
      ) : (
        <Empty title={t("stores.everybody_bought")} />
      )}
    </Card>
  );
}

function Approach({ report }: { report: Report }) {
  const { t, number, when } = useWords();
  if (!report.approach.length) return null;
  return (
    <Card title={t("stores.approach")} note={t("stores.approach_note")}>
      <Table
        caption={t("stores.approach")}
        rows={report.approach.slice(0, MOST_SHOWN)}
        keyOf={({ person_id: id }) => id}
        columns={[
          { head: t("customers.customer"), cell: ({ person_id: id }) => <PersonLink id={id} /> },
          { head: t("stores.visits"), numeric: true, cell: ({ visits }) => number(visits) },
          {
            head: t("stores.last_visit"),
            cell: ({ last_visit: at, last_store: store }) => (
              <span class="nowrap">
                {when(at)} {store && <small class="note">{store}</small>}
              </span>
            ),
          },
          {
            head: t("stores.known"),
            cell: ({ has_bought_before: has }) => has && <Badge>{t("stores.bought_before")}</Badge>,
          },
          { head: t("stores.score"), numeric: true, cell: ({ score }) => number(score, 2) },
        ]}
      />
    </Card>
  );
}
