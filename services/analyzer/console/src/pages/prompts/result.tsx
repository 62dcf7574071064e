/** What a campaign did: its arms, what became of those who saw it, and what is not computed yet. */
import type { ComponentChildren } from "preact";
import { Link } from "wouter-preact";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { type Key, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Loaded, PageHead, Reason, Stat, Table } from "../../ui/parts";
import { PersonLink } from "../../ui/person";
import { Apart } from "./apart";
import type { Campaign } from "./campaign";
import { sumArms } from "./list";
import { Satisfaction } from "./satisfaction";
import { Shares } from "./shares";
import { StatusActions, StatusBadge } from "./status";
import { UpliftCard } from "./uplift";
import { WhatIf } from "./whatif";

type Report = Schemas["CampaignReportShown"];
const REFRESH_MS = 10_000;
const QUADRANTS = [
  ["clicked_converted", "prompts.result.clicked_converted"],
  ["clicked_not", "prompts.result.clicked_not"],
  ["shown_not_clicked", "prompts.result.shown_not_clicked"],
  ["dismissed", "prompts.result.dismissed_box"],
] as const satisfies readonly (readonly [string, Key])[];

type Quadrant = Schemas["QuadrantShown"];

export function PromptResult({ params: { id = "" } }: { params: Record<string, string> }) {
  const { t } = useWords();
  const { site } = useSite();
  const params = { path: { campaign_id: id }, query: { site: site.id } };
  const campaign = useQuery(`campaign ${site.id} ${id}`, () =>
    unwrap(api.GET("/v1/campaigns/{campaign_id}", { params })),
  );
  const report = useQuery(
    `report ${site.id} ${id}`,
    () => unwrap(api.GET("/v1/reports/campaigns/{campaign_id}", { params })),
    REFRESH_MS,
  );
  return (
    <Loaded query={campaign}>
      {(shown) => (
        <>
          <Head campaign={shown} onChanged={campaign.reload}>
            <Link class="button quiet small" href={`/prompts/${id}`}>
              {t("prompts.edit")}
            </Link>
          </Head>
          <Loaded query={report}>{(found) => <Result campaign={shown} report={found} />}</Loaded>
        </>
      )}
    </Loaded>
  );
}

function Head({
  campaign,
  onChanged,
  children,
}: {
  campaign: Campaign;
  onChanged(): void;
  children: ComponentChildren;
}) {
  return (
    <PageHead
      title={
        <>
          {campaign.name} <StatusBadge status={campaign.status} />
        </>
      }
      lead={campaign.purpose}
    >
      <StatusActions campaign={campaign} onChanged={onChanged} />
      {children}
    </PageHead>
  );
}

function Result({ campaign, report }: { campaign: Campaign; report: Report }) {
  const { t, number } = useWords();
  const sums = sumArms(report);
  const held = report.arms.find(({ id }) => id === "holdout");
  if (!sums.triggered && !held?.triggered && !report.arms.some(({ assigned }) => assigned))
    return (
      <>
        <Card>
          <Empty title={t("prompts.result.none")}>
            <p class="note">{t("prompts.result.none_how")}</p>
          </Empty>
        </Card>
        <Satisfaction campaign={campaign} />
      </>
    );
  const unvalued = Number(report.diagnostics.conversions_without_value ?? 0);
  return (
    <>
      <Finding report={report} />
      <Satisfaction campaign={campaign} />
      <Arms report={report} />
      <Shares campaign={campaign} />
      <div class="columns">
        <Quadrants report={report} />
        <UpliftCard report={report} />
      </div>
      <Apart report={report} />
      <WhatIf report={report} />
      {unvalued > 0 && <p class="note">{t("prompts.result.unvalued", { n: number(unvalued) })}</p>}
    </>
  );
}

function Finding({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const { shown, clicked, triggered, converted } = sumArms(report);
  const held = report.arms.find(({ id }) => id === "holdout");
  return (
    <Card
      title={t("prompts.result.found", {
        shown: number(shown),
        clicked: number(clicked),
        rate: percent(shown ? clicked / shown : null),
      })}
    >
      <dl class="stats">
        <Stat label={t("prompts.due")} value={number(triggered)} />
        <Stat label={t("prompts.shown")} value={number(shown)} />
        <Stat label={t("prompts.clicked")} value={number(clicked)} />
        <Stat label={t("prompts.converted")} value={number(converted)} />
      </dl>
      {held && held.triggered > 0 && triggered > 0 && (
        <p class="note">
          {t("prompts.result.compare", {
            treated: percent(converted / triggered),
            n: number(triggered),
            held: percent(held.converted / held.triggered),
            m: number(held.triggered),
          })}
        </p>
      )}
    </Card>
  );
}

function Arms({ report }: { report: Report }) {
  const { t, number, percent, when, money } = useWords();
  const { site } = useSite();
  const { from, to } = report.window;
  type Arm = Report["arms"][number];
  const count = (head: Key, of: (arm: Arm) => number) => ({
    head: t(head),
    cell: (arm: Arm) => number(of(arm)),
    numeric: true,
  });
  return (
    <Card
      title={t("prompts.result.arms")}
      note={t("prompts.result.arms.what", { from: when(from), to: when(to), goal: report.goal })}
    >
      <Table
        caption={t("prompts.result.arms")}
        rows={report.arms}
        keyOf={({ id }) => id}
        columns={[
          {
            head: t("prompts.result.arm"),
            cell: ({ id }) => (id === "holdout" ? t("prompts.result.holdout") : id),
          },
          count("prompts.result.assigned", ({ assigned }) => assigned),
          count("prompts.due", ({ triggered }) => triggered),
          count("prompts.shown", ({ shown }) => shown),
          count("prompts.clicked", ({ clicked }) => clicked),
          count("prompts.result.dismissed", ({ dismissed }) => dismissed),
          count("prompts.converted", ({ converted }) => converted),
          {
            head: t("prompts.result.rate"),
            cell: ({ converted, triggered }) => percent(triggered ? converted / triggered : null),
            numeric: true,
          },
          {
            head: t("prompts.result.value"),
            cell: ({ value }) => money(value, site.currency),
            numeric: true,
          },
        ]}
      />
    </Card>
  );
}

function Quadrants({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const boxes = QUADRANTS.map(([name, label]) => ({
    name,
    label,
    box: report.quadrants[name] as Quadrant | null,
  }));
  const total = boxes.reduce((sum, { box }) => sum + (box?.count ?? 0), 0);
  return (
    <Card title={t("prompts.result.quadrants")}>
      <div class="quadrants">
        {boxes.map(({ name, label, box }) => (
          <div key={name} class={`quadrant ${name}`}>
            <h3>{t(label)}</h3>
            {box ? (
              <>
                <p class="quadrant-count">
                  {number(box.count)} <small>{percent(total ? box.count / total : null, 0)}</small>
                </p>
                <QuadrantFacts box={box} />
                {box.persons.length > 0 && (
                  <details>
                    <summary>{t("prompts.result.people", { n: number(box.persons.length) })}</summary>
                    <ul class="persons">
                      {box.persons.map((person) => (
                        <li key={person}>
                          <PersonLink id={person} />
                        </li>
                      ))}
                    </ul>
                  </details>
                )}
              </>
            ) : (
              <Reason
                code={report.reasons[`quadrants.${name}`] ?? report.reasons.quadrants ?? "not_computed"}
              />
            )}
          </div>
        ))}
      </div>
    </Card>
  );
}

/** What the group was like when the prompt came, and where it went next. */
function QuadrantFacts({ box }: { box: Quadrant }) {
  const { t, number, percent } = useWords();
  const facts = [
    box.seconds_to_close !== null && t("prompts.result.to_close", { s: number(box.seconds_to_close, 1) }),
    box.seconds_to_click !== null && t("prompts.result.to_click", { s: number(box.seconds_to_click, 1) }),
    box.first_visit_share !== null &&
      t("prompts.result.first_visit", { share: percent(box.first_visit_share, 0) }),
    box.next[0] && t("prompts.result.next", { step: box.next[0].step, n: number(box.next[0].persons) }),
  ].filter((fact) => typeof fact === "string");
  return facts.length ? (
    <ul class="quadrant-facts">
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
    </ul>
  ) : null;
}
