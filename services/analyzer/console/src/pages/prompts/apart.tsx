/** What a prompt did to leaving, and what it brought at each stage of customers. */
import type { Schemas } from "../../api";
import { useWords } from "../../i18n";
import { Card, Reason, Table } from "../../ui/parts";

type Report = Schemas["CampaignReportShown"];
type Uplift = Schemas["UpliftShown"];

export function Apart({ report: { by_stage, exits } }: { report: Report }) {
  const { t, number, percent } = useWords();
  // A report kept by an earlier version has neither.
  if (!by_stage || !exits) return null;
  return (
    <div class="columns">
      <Card title={t("apart.stages")} note={t("apart.stages_note")}>
        <Table
          caption={t("apart.stages")}
          rows={by_stage}
          keyOf={({ stage }) => stage}
          columns={[
            { head: t("apart.stage"), cell: ({ stage }) => t(`apart.stage.${stage}`) },
            {
              head: t("apart.shown"),
              numeric: true,
              cell: ({ persons, converted }) => t("apart.of", { n: number(converted), m: number(persons) }),
            },
            {
              head: t("apart.held"),
              numeric: true,
              cell: ({ control_persons, control_converted }) =>
                t("apart.of", { n: number(control_converted), m: number(control_persons) }),
            },
            { head: t("apart.difference"), numeric: true, cell: ({ uplift }) => <Points of={uplift} /> },
          ]}
        />
      </Card>
      <Card title={t("apart.exits")} note={t("apart.exits_note")}>
        <Table
          caption={t("apart.exits")}
          rows={(["left", "left_soon"] as const).map((name) => ({ name, found: exits[name] }))}
          keyOf={({ name }) => name}
          columns={[
            { head: t("apart.who_left"), cell: ({ name }) => t(`apart.${name}`) },
            { head: t("apart.shown"), numeric: true, cell: ({ name }) => percent(share(exits, name, false)) },
            { head: t("apart.held"), numeric: true, cell: ({ name }) => percent(share(exits, name, true)) },
            { head: t("apart.difference"), numeric: true, cell: ({ found }) => <Points of={found} /> },
          ]}
        />
        {exits.left === null && <Reason code={exits.reasons.left} />}
      </Card>
    </div>
  );
}

/** The share of one side's persons that left. */
function share(exits: Report["exits"], name: "left" | "left_soon", isHeld: boolean): number | null {
  const arms = exits.arms.filter(({ id }) => (id === "holdout") === isHeld);
  const persons = arms.reduce((sum, arm) => sum + arm.persons, 0);
  return persons ? arms.reduce((sum, arm) => sum + arm[name], 0) / persons : null;
}

function Points({ of }: { of: Uplift | null }) {
  const { t, points } = useWords();
  if (!of) return <>{t("unit.none")}</>;
  return (
    <>
      {points(of.estimate)}{" "}
      <small class="note">
        {t("videos.interval", { low: points(of.always_valid_low), high: points(of.always_valid_high) })}
      </small>
    </>
  );
}
