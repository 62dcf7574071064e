/** Which behaviours go together with converting, which of them come first, and which merely follow. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Badge, Card, Empty, Field, Loaded, Table } from "../../ui/parts";
import { Basis } from "../videos/head";
import { Effect } from "../videos/moments";
import { ChannelsHead, useTouchName } from "./head";

type Report = Schemas["FactorsShown"];
type Factor = Report["factors"][number];
const KINDS = ["feature", "channel", "brand", "video", "store", "community", "other"] as const;

export function Factors() {
  const { t } = useWords();
  const { site } = useSite();
  const [kind, setKind] = useState<string>("");
  const report = useQuery(
    `factors ${site.id}`,
    () => unwrap(api.GET("/v1/reports/factors", { params: { query: { site: site.id } } })),
    60_000,
  );
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
      </ChannelsHead>
      <Loaded query={report}>
        {(data) => {
          const rows = data.factors.filter((one) => !kind || one.kind === kind);
          return rows.length ? (
            <>
              <FactorTable report={data} rows={rows} />
              <Basis report={data} />
            </>
          ) : (
            <Card>
              <Empty title={t("factors.empty")}>
                <p class="note">{t("factors.empty_how")}</p>
              </Empty>
            </Card>
          );
        }}
      </Loaded>
    </>
  );
}

function FactorTable({ report, rows }: { report: Report; rows: readonly Factor[] }) {
  const { t, number, percent } = useWords();
  const name = useTouchName();
  const told = (behaviour: string) => name(behaviour.replace(/^(event|page|channel):/, ""));
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
            cell: ({ behaviour, kind, consequence, negative, q_value }) => (
              <>
                {told(behaviour)} <small class="note">{t(`factors.kind.${kind}`)}</small>{" "}
                {consequence && <Badge tone="warn">{t("factors.consequence")}</Badge>}
                {!consequence && q_value !== null && q_value <= 0.05 && (
                  <Badge tone={negative ? "warn" : "good"}>
                    {t(negative ? "factors.negative" : "factors.found")}
                  </Badge>
                )}
              </>
            ),
          },
          { head: t("factors.effect"), numeric: true, cell: (one) => <Effect of={one} /> },
          {
            head: t("factors.ratio"),
            numeric: true,
            cell: ({ ratio }) => (ratio === null ? t("unit.none") : number(ratio, 1)),
          },
          { head: t("factors.reach"), numeric: true, cell: ({ reach }) => percent(reach) },
          ...(["light", "middle", "core"] as const).map((stage) => ({
            head: t(`factors.stage.${stage}`),
            numeric: true,
            cell: ({ by_stage }: Factor) => percent(by_stage[stage] ?? null, 0),
          })),
        ]}
      />
    </Card>
  );
}
