/** The campaigns of the site, with what each has brought so far. */
import { Link } from "wouter-preact";
import { api, unwrap, useQuery } from "../../api";
import { type Key, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Loaded, Table } from "../../ui/parts";
import { Seen } from "../../ui/seen";
import type { Campaign, Kind } from "./campaign";
import { PromptsHead } from "./head";
import { type Report, type Reports, useReports } from "./reports";
import { StatusActions, StatusBadge } from "./status";

/** No campaign's id can be this. */
export const NEW = "~new";
const ORDER = ["running", "paused", "draft", "ended"];
const REFRESH_MS = 30_000;

/** Sums the figures of all arms but the held-out one. */
export function sumArms(report: Report): {
  triggered: number;
  shown: number;
  clicked: number;
  converted: number;
} {
  const sums = { triggered: 0, shown: 0, clicked: 0, converted: 0 };
  for (const arm of report.arms) {
    if (arm.id === "holdout") continue;
    for (const figure of ["triggered", "shown", "clicked", "converted"] as const) sums[figure] += arm[figure];
  }
  return sums;
}

export function Prompts() {
  const { t } = useWords();
  const { site } = useSite();
  const campaigns = useQuery(`campaigns ${site.id}`, async () => {
    const query = { site: site.id, limit: 1000 };
    const { items } = await unwrap(api.GET("/v1/campaigns", { params: { query } }));
    return items.sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  });
  const reports = useReports(site.id, REFRESH_MS);
  const create = (
    <Link class="button" href={`/prompts/${NEW}`}>
      {t("prompts.new")}
    </Link>
  );
  return (
    <>
      <PromptsHead page="list">{create}</PromptsHead>
      <Card>
        <Loaded query={campaigns}>
          {(items) =>
            items.length ? (
              <List campaigns={items} reports={reports} onChanged={campaigns.reload} />
            ) : (
              <Empty title={t("prompts.empty")}>
                <p class="note">{t("prompts.empty_how")}</p>
                {create}
              </Empty>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

function List({
  campaigns,
  reports,
  onChanged,
}: {
  campaigns: Campaign[];
  reports: Reports;
  onChanged(): void;
}) {
  const { t, number, percent } = useWords();
  const sums = (id: string) => {
    const report = reports.found[id];
    return report && sumArms(report);
  };
  const share = (part: number | undefined, whole: number | undefined) => (
    <>
      {number(part)} {part && whole ? <small class="note">{percent(part / whole, 0)}</small> : null}
    </>
  );
  return (
    <Table
      caption={t("prompts.title")}
      rows={campaigns}
      keyOf={({ id }) => id}
      columns={[
        {
          head: t("prompts.name"),
          cell: ({ id, name, purpose }) => (
            <Seen class="prompt-name" onSeen={(isVisible) => reports.see(id, isVisible)}>
              <Link href={`/prompts/${id}`}>{name}</Link>
              {purpose && <small class="note block">{purpose}</small>}
            </Seen>
          ),
        },
        { head: t("prompts.status"), cell: ({ status }) => <StatusBadge status={status} /> },
        {
          head: t("prompts.kind"),
          cell: ({ variants }) => (
            <span class="kinds">
              {[...new Set(variants.map(({ kind }) => t(`prompts.kind.${kind as Kind}` satisfies Key)))].join(
                ", ",
              )}
            </span>
          ),
        },
        { head: t("prompts.shown"), cell: ({ id }) => number(sums(id)?.shown), numeric: true },
        {
          head: t("prompts.clicked"),
          cell: ({ id }) => share(sums(id)?.clicked, sums(id)?.shown),
          numeric: true,
        },
        {
          head: t("prompts.converted"),
          cell: ({ id }) => share(sums(id)?.converted, sums(id)?.triggered),
          numeric: true,
        },
        {
          head: t("prompts.actions"),
          cell: (campaign) => (
            <span class="status-actions">
              <StatusActions campaign={campaign} onChanged={onChanged} />
              <Link class="button quiet small" href={`/prompts/${campaign.id}/result`}>
                {t("prompts.result")}
                <span class="hidden">: {campaign.name}</span>
              </Link>
            </span>
          ),
        },
      ]}
    />
  );
}
