/** Which behaviours go together with converting, which of them come first, and which merely follow. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Field, Loaded, Table } from "../../ui/parts";
import { Basis } from "../videos/head";
import { Effect } from "../videos/moments";
import { BehaviourCell, type Factor, type Kept, KINDS, OwnForm } from "./behaviour";
import { ChannelsHead } from "./head";
import { useBehaviourName } from "./names";
import { Next, StageCard, useStageName } from "./stages";

type Report = Schemas["FactorsShown"];
const REFRESH_MS = 60_000;

export function Factors() {
  const { t, number } = useWords();
  const { site } = useSite();
  const [kind, setKind] = useState<string>("");
  const [showsHidden, setShowsHidden] = useState(false);
  const [defines, setDefines] = useState(false);
  const query = { site: site.id };
  const report = useQuery(
    `factors ${site.id}`,
    () => unwrap(api.GET("/v1/reports/factors", { params: { query } })),
    REFRESH_MS,
  );
  const named = useQuery(`behaviours ${site.id}`, async () => {
    const [behaviours, videos] = await Promise.all([
      unwrap(api.GET("/v1/behaviours", { params: { query: { ...query, limit: 1000 } } })),
      unwrap(api.GET("/v1/videos", { params: { query: { ...query, limit: 1000 } } })),
    ]);
    return {
      kept: new Map(behaviours.items.map((one) => [one.id, one] as const)),
      titles: new Map(videos.items.map(({ id, title }) => [id, title] as const)),
    };
  });
  const reload = () => {
    named.reload();
    report.reload();
  };
  const titles = named.data?.titles ?? new Map<string, string>();
  const nameOf = useBehaviourName(titles);
  return (
    <>
      <ChannelsHead page="factors">
        <Field label={t("factors.kind")}>
          <select value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            <option value="">{t("factors.kind.all")}</option>
            {KINDS.map((name) => (
              <option key={name} value={name}>
                {t(`factors.kind.${name}`)}
              </option>
            ))}
          </select>
        </Field>
        {!defines && (
          <button type="button" class="button quiet at-foot" onClick={() => setDefines(true)}>
            {t("factors.define")}
          </button>
        )}
      </ChannelsHead>
      {defines && <OwnForm onSaved={reload} onClose={() => setDefines(false)} />}
      <Loaded query={report}>
        {(data) => {
          const hidden = data.factors.filter((one) => one.hidden).length;
          const rows = data.factors.filter(
            (one) => (!kind || one.kind === kind) && (showsHidden || !one.hidden),
          );
          const nameFactor = (behaviour: string) =>
            nameOf(data.factors.find((one) => one.behaviour === behaviour) ?? { behaviour });
          return (
            <>
              {rows.length ? (
                <FactorTable
                  report={data}
                  rows={rows}
                  kept={named.data?.kept}
                  nameOf={nameOf}
                  onSaved={reload}
                />
              ) : (
                <Card>
                  <Empty title={t("factors.empty")}>
                    <p class="note">{t("factors.empty_how")}</p>
                  </Empty>
                </Card>
              )}
              {hidden > 0 && (
                <label class="check">
                  <input
                    type="checkbox"
                    checked={showsHidden}
                    onChange={(event) => setShowsHidden(event.currentTarget.checked)}
                  />
                  {t("factors.show_hidden", { n: number(hidden) })}
                </label>
              )}
              {data.factors.length > 0 && <Next report={data} nameOf={nameFactor} />}
              <StageCard report={data} onSaved={reload} />
              <Basis report={data} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function FactorTable({
  report,
  rows,
  kept,
  nameOf,
  onSaved,
}: {
  report: Report;
  rows: readonly Factor[];
  kept: ReadonlyMap<string, Kept> | undefined;
  nameOf(one: Factor): string;
  onSaved(): void;
}) {
  const { t, number, percent } = useWords();
  const nameStage = useStageName();
  return (
    <Card
      title={t("factors.title")}
      note={t("factors.note", { n: number(report.persons), days: number(report.landmark_days) })}
    >
      <Table
        caption={t("factors.title")}
        rows={rows}
        keyOf={({ behaviour }) => behaviour}
        columns={[
          {
            head: t("factors.behaviour"),
            cell: (one) => (
              <BehaviourCell
                factor={one}
                kept={kept?.get(one.behaviour)}
                words={nameOf(one)}
                onSaved={onSaved}
              />
            ),
          },
          { head: t("factors.effect"), numeric: true, cell: (one) => <Effect of={one} /> },
          {
            head: t("factors.ratio"),
            numeric: true,
            cell: ({ ratio }) => (ratio === null ? t("unit.none") : number(ratio, 1)),
          },
          { head: t("factors.reach"), numeric: true, cell: ({ reach }) => percent(reach) },
          ...report.stages.map((stage) => ({
            head: nameStage(stage),
            numeric: true,
            cell: ({ by_stage }: Factor) => <Heat share={by_stage[stage.stage] ?? null} />,
          })),
        ]}
      />
    </Card>
  );
}

/** A share, the darker the larger; the figure stands in it for who does not see the shade. */
function Heat({ share }: { share: number | null }) {
  const { percent } = useWords();
  return (
    <span class="share-heat" style={{ "--heat": `${Math.round((share ?? 0) * 45)}%` }}>
      {percent(share, 0)}
    </span>
  );
}
