/** After the purchase: what buyers are shown and watch, whether they come back, and what the lot says of the prompts. */
import { Link } from "wouter-preact";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Loaded, Reason, Table } from "../../ui/parts";
import { StatusBadge } from "../prompts/status";
import { Interval } from "../prompts/uplift";
import { Basis } from "../videos/head";
import { Bar, CustomersHead } from "./head";

type Report = Schemas["AftercareShown"];
type Campaign = Schemas["AftercareCampaign"];
type Reached = Schemas["ReachedShown"];
const COMPARED = ["watched", "came_back", "bought_again"] as const;
const MOST_SHOWN = 20;

export function Aftercare() {
  const { t } = useWords();
  const { site } = useSite();
  const report = useQuery(
    `aftercare ${site.id}`,
    () => unwrap(api.GET("/v1/reports/aftercare", { params: { query: { site: site.id } } })),
    120_000,
  );
  return (
    <>
      <CustomersHead page="aftercare" />
      <Loaded query={report}>
        {(data) =>
          data.buyers ? (
            <>
              <Way report={data} />
              <ByLot report={data} />
              <div class="columns">
                <ByDay report={data} />
                <Raw report={data} />
              </div>
              <Videos report={data} />
              <Basis report={data} />
            </>
          ) : (
            <Card>
              <Empty title={t("after.empty")}>
                <p class="note">{t("after.empty_how")}</p>
              </Empty>
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

function Way({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const { buyers, rules } = report;
  const open = (n: number) => (n ? t("after.open", { n: number(n) }) : null);
  const seconds = report.seconds_p50;
  const steps = [
    { name: t("after.buyers"), persons: buyers, note: null },
    {
      name: t("after.delivered"),
      persons: report.delivered,
      note: t("after.delivered_what", { prompted: number(report.prompted), viewed: number(report.viewed) }),
    },
    {
      name: t("after.watched"),
      persons: report.watched,
      note: seconds === null ? null : t("after.watched_what", { seconds: number(seconds) }),
    },
    {
      name: t("after.came_back", { days: rules.back_days }),
      persons: report.came_back,
      note: open(report.back_open),
    },
    {
      name: t("after.bought_again", { days: rules.again_days }),
      persons: report.bought_again,
      note: open(report.again_open),
    },
  ];
  return (
    <Card
      title={t("after.way")}
      note={t("after.way_note", { n: number(buyers), days: number(rules.days, 1) })}
    >
      <ol class="stages">
        {steps.map(({ name, persons, note }) => (
          <li key={name} class="stage">
            <span>{name}</span>
            <b>{number(persons)}</b>
            <i style={{ width: `${(persons / buyers) * 100}%` }} aria-hidden="true" />
            <small>{percent(persons / buyers)}</small>
            {note && <small>{note}</small>}
          </li>
        ))}
      </ol>
    </Card>
  );
}

function ByLot({ report }: { report: Report }) {
  const { t } = useWords();
  return (
    <Card title={t("after.lot")} note={t("after.lot_note")}>
      {report.campaigns.length ? (
        report.campaigns.map((campaign) => <Lot key={campaign.campaign} campaign={campaign} />)
      ) : (
        <Empty title={t("after.lot_none")}>
          <p class="note">{t("after.lot_none_how")}</p>
          <Link class="button quiet" href="/prompts">
            {t("after.lot_make")}
          </Link>
        </Empty>
      )}
    </Card>
  );
}

function Lot({ campaign }: { campaign: Campaign }) {
  const { t, number } = useWords();
  const { shown, withheld, reasons } = campaign;
  return (
    <section class="lot" aria-label={campaign.name}>
      <h3>
        <Link href={`/prompts/${campaign.campaign}/result`}>{campaign.name}</Link>{" "}
        <StatusBadge status={campaign.status} />
      </h3>
      <p class="note">{t("after.arms", { n: number(shown.persons), m: number(withheld.persons) })}</p>
      {reasons.bought_again ? (
        <Reason code={reasons.bought_again} />
      ) : (
        <div class="uplifts">
          {COMPARED.map((field) => {
            const uplift = campaign[field];
            return (
              uplift && <Interval key={field} name={t(`after.of.${field}`)} uplift={uplift} isMoney={false} />
            );
          })}
        </div>
      )}
    </section>
  );
}

function ByDay({ report }: { report: Report }) {
  const { t } = useWords();
  const days = [...new Set([...report.came_back_by, ...report.bought_again_by].map(({ day }) => day))].sort(
    (one, other) => one - other,
  );
  const find = (curve: Reached[], day: number) => curve.find((one) => one.day === day);
  return (
    <Card title={t("after.by_day")} note={t("after.by_day_note")}>
      <Table
        caption={t("after.by_day")}
        rows={days}
        keyOf={String}
        columns={[
          { head: t("after.day"), cell: (day) => day },
          { head: t("after.back"), cell: (day) => <Share of={find(report.came_back_by, day)} /> },
          { head: t("after.again"), cell: (day) => <Share of={find(report.bought_again_by, day)} /> },
        ]}
      />
    </Card>
  );
}

function Share({ of }: { of: Reached | undefined }) {
  const { percent } = useWords();
  if (!of) return null;
  return (
    <span class="nowrap">
      {percent(of.share)}{" "}
      {of.share !== null && (
        <small class="note">
          {percent(of.ci_low, 0)} – {percent(of.ci_high, 0)}
        </small>
      )}
    </span>
  );
}

function Raw({ report: { raw, rules } }: { report: Report }) {
  const { t, number, points } = useWords();
  const rows = raw.watched.bought_again_by;
  return (
    <Card
      title={t("after.raw")}
      note={t("after.raw_note", { days: rules.landmark_days, n: number(raw.bought_before) })}
    >
      <Table
        caption={t("after.raw")}
        rows={rows}
        keyOf={({ day }) => String(day)}
        columns={[
          { head: t("after.day"), cell: ({ day }) => day },
          {
            head: t("after.raw_watched", { n: number(raw.watched.persons) }),
            cell: (one) => <Share of={one} />,
          },
          {
            head: t("after.raw_not", { n: number(raw.not_watched.persons) }),
            cell: ({ day }) => <Share of={raw.not_watched.bought_again_by.find((one) => one.day === day)} />,
          },
        ]}
      />
      {raw.difference === null ? (
        <Reason code={raw.reasons.difference} />
      ) : (
        <p>
          {t("after.raw_difference", {
            day: number(raw.day),
            difference: points(raw.difference),
            low: points(raw.ci_low),
            high: points(raw.ci_high),
          })}
        </p>
      )}
    </Card>
  );
}

function Videos({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const shown = report.videos.slice(0, MOST_SHOWN);
  const most = Math.max(...shown.map(({ watched }) => watched), 1);
  return (
    <Card title={t("after.videos")}>
      {shown.length ? (
        <Table
          caption={t("after.videos")}
          rows={shown}
          keyOf={({ video }) => video}
          columns={[
            {
              head: t("after.video"),
              cell: ({ video }) => (
                <Link href={`/videos/${encodeURIComponent(video)}`} class="person">
                  {video}
                </Link>
              ),
            },
            { head: t("after.viewers"), numeric: true, cell: ({ viewers }) => number(viewers) },
            {
              head: t("after.watched"),
              cell: ({ watched }) => <Bar share={watched / most}>{number(watched)}</Bar>,
            },
            {
              head: t("after.seconds"),
              numeric: true,
              cell: ({ seconds_mean: seconds }) => number(seconds),
            },
            {
              head: t("after.bought_after"),
              numeric: true,
              cell: ({ bought_again: bought }) => number(bought),
            },
            {
              head: t("after.share_after"),
              numeric: true,
              cell: ({ share_bought_again: share, ci_low: low, ci_high: high }) => (
                <span class="nowrap">
                  {percent(share, 0)}{" "}
                  {share !== null && (
                    <small class="note">
                      {percent(low, 0)} – {percent(high, 0)}
                    </small>
                  )}
                </span>
              ),
            },
          ]}
        />
      ) : (
        <Empty title={t("after.videos_none")} />
      )}
    </Card>
  );
}
