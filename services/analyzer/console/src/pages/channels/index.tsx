/** Which channels, videos and prompts the conversions are owed to, and the ways that people took. */
import "./channels.css";
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Field, Loaded, Table } from "../../ui/parts";
import { ChannelsHead, useTouchName } from "./head";

export { Factors } from "./factors";

type Report = Schemas["AttributionShown"];
const MODELS = [
  "markov",
  "shapley",
  "first",
  "last",
  "last_non_direct",
  "linear",
  "position",
  "time_decay",
] as const;
type Model = (typeof MODELS)[number];
const MOST_PATHS = 15;

export function Channels() {
  const { t } = useWords();
  const { site } = useSite();
  const [model, setModel] = useState<Model>("markov");
  const report = useQuery(
    `attribution ${site.id}`,
    () => unwrap(api.GET("/v1/reports/attribution", { params: { query: { site: site.id } } })),
    60_000,
  );
  return (
    <>
      <ChannelsHead page="attribution">
        <Field label={t("channels.model")}>
          <select value={model} onChange={(event) => setModel(event.currentTarget.value as Model)}>
            {MODELS.map((name) => (
              <option key={name} value={name}>
                {t(`channels.model.${name}`)}
              </option>
            ))}
          </select>
        </Field>
      </ChannelsHead>
      <Loaded query={report}>
        {(data) =>
          data.conversions ? (
            <>
              <Credits report={data} model={model} />
              <Paths report={data} />
            </>
          ) : (
            <Card>
              <Empty title={t("channels.empty")}>
                <p class="note">{t("channels.empty_how")}</p>
              </Empty>
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

function Credits({ report, model }: { report: Report; model: Model }) {
  const { t, number, percent, money } = useWords();
  const { site } = useSite();
  const name = useTouchName();
  const credits = report.models[model] ?? [];
  const most = Math.max(...credits.map(({ share }) => share ?? 0), 1e-9);
  return (
    <Card
      title={t("channels.owed")}
      note={t("channels.basis", {
        conversions: number(report.conversions),
        others: number(report.non_conversions),
        days: number(report.lookback_days),
      })}
    >
      <Table
        caption={t("channels.owed")}
        rows={credits}
        keyOf={({ channel }) => channel}
        columns={[
          { head: t("channels.touch"), cell: ({ channel }) => name(channel) },
          {
            head: t("channels.share"),
            cell: ({ share }) => (
              <span class="share">
                <span>{percent(share)}</span>
                <i style={{ width: `${((share ?? 0) / most) * 100}%` }} aria-hidden="true" />
              </span>
            ),
          },
          {
            head: t("channels.conversions"),
            numeric: true,
            cell: ({ conversions }) => number(conversions, 1),
          },
          { head: t("channels.value"), numeric: true, cell: ({ value }) => money(value, site.currency) },
          {
            head: t("channels.removal"),
            numeric: true,
            cell: ({ channel }) => percent(report.removal_effects[channel] ?? null),
          },
        ]}
      />
    </Card>
  );
}

function Paths({ report }: { report: Report }) {
  const { t, number } = useWords();
  const name = useTouchName();
  return (
    <Card title={t("channels.paths")} note={t("channels.paths_note")}>
      <Table
        caption={t("channels.paths")}
        rows={report.paths.slice(0, MOST_PATHS)}
        keyOf={({ path }) => path.join(">")}
        columns={[
          {
            head: t("channels.path"),
            cell: ({ path }) => (
              <ol class="path">
                {path.map((touch, place) => (
                  <li key={place}>{name(touch)}</li>
                ))}
              </ol>
            ),
          },
          {
            head: t("channels.converted"),
            numeric: true,
            cell: ({ conversions }) => number(conversions),
          },
          {
            head: t("channels.not_converted"),
            numeric: true,
            cell: ({ non_conversions }) => number(non_conversions),
          },
        ]}
      />
    </Card>
  );
}
