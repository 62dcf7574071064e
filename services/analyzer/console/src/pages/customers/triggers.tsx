/** What makes members loyal: first acts and first days, each with the lot that tested it. */
import { Link } from "wouter-preact";
import type { Schemas } from "../../api";
import { isKey, useWords } from "../../i18n";
import { Badge, Card, Reason, Table } from "../../ui/parts";
import { OpenProposal } from "../prompts/proposed";
import { Effect } from "../videos/moments";

type Report = Schemas["CommunityShown"];
type Trigger = Report["triggers"][number];

export function Triggers({ report }: { report: Report }) {
  const { t, number, percent, language } = useWords();
  const name = useTriggerName();
  const { recommendation: best, triggers, rules, sample_sizes: sizes } = report;
  return (
    <Card
      title={t("community.triggers")}
      note={t("community.triggers_note", {
        n: number(sizes.members_compared),
        days: number(rules.landmark_days),
        orders: number(rules.loyal_orders),
      })}
    >
      {best ? (
        <div class="trigger">
          <h3>{name(best.behaviour)}</h3>
          <p>{best.reason[language]}</p>
          <p class="note">{best.verification[language]}</p>
          <OpenProposal campaign={best.campaign}>{t("community.test")}</OpenProposal>
        </div>
      ) : (
        <Reason code={report.reasons.recommendation} />
      )}
      <Tests report={report} />
      {triggers.length > 0 && (
        <Table
          caption={t("community.triggers")}
          rows={triggers}
          keyOf={({ behaviour }) => behaviour}
          columns={[
            {
              head: t("community.act"),
              cell: (one) => (
                <>
                  {name(one.behaviour)} <TriggerBadge of={one} />
                </>
              ),
            },
            { head: t("community.effect"), numeric: true, cell: (one) => <Effect of={one} /> },
            {
              head: t("factors.ratio"),
              numeric: true,
              cell: ({ ratio }) => (ratio === null ? t("unit.none") : number(ratio, 1)),
            },
            { head: t("community.reach"), numeric: true, cell: ({ reach }) => percent(reach, 0) },
          ]}
        />
      )}
    </Card>
  );
}

/** What prompts that asked for an act by lot have brought. */
function Tests({ report }: { report: Report }) {
  const { t, points } = useWords();
  const name = useTriggerName();
  if (!report.tests.length) return null;
  return (
    <>
      <h3>{t("community.tests")}</h3>
      <Table
        caption={t("community.tests")}
        rows={report.tests}
        keyOf={({ campaign }) => campaign}
        columns={[
          {
            head: t("community.tested"),
            cell: ({ campaign, name: title }) => <Link href={`/prompts/${campaign}/result`}>{title}</Link>,
          },
          { head: t("community.act"), cell: ({ behaviour }) => name(behaviour) },
          {
            head: t("community.uplift"),
            numeric: true,
            cell: ({ uplift }) =>
              uplift === null ? (
                t("unit.none")
              ) : (
                <>
                  {points(uplift.estimate)}{" "}
                  <small class="note">
                    {t("videos.interval", {
                      low: points(uplift.always_valid_low),
                      high: points(uplift.always_valid_high),
                    })}
                  </small>
                </>
              ),
          },
          {
            head: t("community.verdict"),
            cell: ({ verdict }) => (
              <Badge tone={VERDICT_TONES[verdict]}>{t(`community.verdict.${verdict}`)}</Badge>
            ),
          },
        ]}
      />
    </>
  );
}

const VERDICT_TONES = { confirmed: "good", refuted: "warn", too_early: "plain" } as const;

function TriggerBadge({ of: { consequence, q_value: q, ci_low: low } }: { of: Trigger }) {
  const { t } = useWords();
  if (consequence) return <Badge tone="warn">{t("factors.consequence")}</Badge>;
  if (q === null || q > 0.05) return null;
  const isGood = (low ?? 0) > 0;
  return <Badge tone={isGood ? "good" : "warn"}>{t(isGood ? "factors.found" : "factors.negative")}</Badge>;
}

/** Returns the words for a trigger; an event of the operator's own stands by its name. */
function useTriggerName(): (behaviour: string) => string {
  const { t } = useWords();
  return (behaviour) => {
    const colon = behaviour.indexOf(":");
    if (colon < 0) return t("community.answered_by");
    const [group, rest] = [behaviour.slice(0, colon), behaviour.slice(colon + 1)];
    const key = `visitors.event.${rest}`;
    const named = isKey(key) ? t(key) : rest;
    const words = `community.did.${group}`;
    return isKey(words) ? t(words, { name: named }) : named;
  };
}
