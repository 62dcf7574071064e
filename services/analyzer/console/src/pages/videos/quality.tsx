/** How well a video played: start, stalls, failures; whom it lost that way; and where it played worse. */
import { useState } from "preact/hooks";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { isKey, useWords } from "../../i18n";
import { useSite } from "../../site";
import { Card, Empty, Loaded, Reason, Stat, Table } from "../../ui/parts";
import { Basis, useChoice, VideoHead } from "./head";
import { Effect } from "./moments";

type Report = Schemas["QualityShown"];

/** Effects of bad playback, as the report has them: on leaving and on converting. */
interface Contrast {
  persons_did: number;
  mean_did: number | null;
  mean_did_not: number | null;
  effect: number | null;
  ci_low: number | null;
  ci_high: number | null;
  reasons: Record<string, string>;
}
const TROUBLES = ["slow_start", "stall"] as const;
const OUTCOMES = ["left", "converted"] as const;
type Impact = Record<(typeof TROUBLES)[number], Record<(typeof OUTCOMES)[number], Contrast | null>>;

export function VideoQuality({ params }: { params: Record<string, string> }) {
  const { t } = useWords();
  const { site } = useSite();
  const choice = useChoice(params);
  const report = useQuery(`quality ${choice.key}`, () => {
    const { id: video, goal, from } = choice;
    return unwrap(api.GET("/v1/reports/qoe", { params: { query: { site: site.id, video, goal, from } } }));
  });
  return (
    <>
      <VideoHead choice={choice} page="quality" />
      <Loaded query={report} lines={10}>
        {(data) =>
          data.plays ? (
            <>
              <Figures report={data} />
              <Lost report={data} />
              <Cells report={data} />
              <Basis report={data} />
            </>
          ) : (
            <Card>
              <Empty title={t("videos.nobody")} />
            </Card>
          )
        }
      </Loaded>
    </>
  );
}

function Figures({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const { startup_ms: startup } = report;
  const seconds = (ms: number | null | undefined) =>
    ms == null ? t("unit.none") : t("quality.seconds", { n: number(ms / 1000, 1) });
  return (
    <Card>
      <dl class="stats wide">
        <Stat label={t("quality.plays")} value={number(report.plays)} />
        <Stat
          label={t("quality.startup")}
          value={seconds(startup?.p50)}
          note={t("quality.p95", { n: seconds(startup?.p95) })}
        />
        <Stat label={t("quality.rebuffer")} value={percent(report.rebuffer_ratio, 2)} />
        <Stat
          label={t("quality.gave_up")}
          value={number(report.exits_before_start)}
          note={percent(report.exit_before_start_ratio)}
        />
        <Stat label={t("quality.failures")} value={number(report.failures)} />
        <Stat
          label={t("quality.smoothness")}
          value={number(report.smoothness_score)}
          note={t("quality.of_100")}
        />
      </dl>
    </Card>
  );
}

/** Not persuaded, or not played: who is lost to bad playback, and what it does. */
function Lost({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const impact = report.impact as unknown as Impact | null;
  const persuasion = report.persuasion as unknown as {
    did_not_play: number;
    did_not_persuade: number;
    share_did_not_play: number | null;
  } | null;
  const rows = impact
    ? TROUBLES.flatMap((trouble) =>
        OUTCOMES.map((outcome) => ({ trouble, outcome, contrast: impact[trouble]?.[outcome] ?? null })),
      )
    : [];
  const codes = new Set(
    rows.flatMap(({ contrast }) => (contrast?.effect == null ? (contrast?.reasons.effect ?? []) : [])),
  );
  return (
    <Card title={t("quality.impact")} note={t("quality.impact_note")}>
      {persuasion && (
        <>
          <p>
            {t("quality.persuasion", {
              n: number(persuasion.did_not_play + persuasion.did_not_persuade),
              share: percent(persuasion.share_did_not_play),
            })}
          </p>
          <div class="shares" aria-hidden="true">
            <i class="wandering" style={{ flexGrow: persuasion.did_not_play }} />
            <i class="other" style={{ flexGrow: persuasion.did_not_persuade }} />
          </div>
        </>
      )}
      <Table
        caption={t("quality.impact")}
        rows={rows}
        keyOf={({ trouble, outcome }) => `${trouble} ${outcome}`}
        columns={[
          { head: t("quality.trouble"), cell: ({ trouble }) => t(`quality.trouble.${trouble}`) },
          { head: t("quality.outcome"), cell: ({ outcome }) => t(`quality.outcome.${outcome}`) },
          { head: t("quality.met_it"), numeric: true, cell: ({ contrast }) => number(contrast?.persons_did) },
          { head: t("quality.with_it"), numeric: true, cell: ({ contrast }) => percent(contrast?.mean_did) },
          {
            head: t("quality.without_it"),
            numeric: true,
            cell: ({ contrast }) => percent(contrast?.mean_did_not),
          },
          {
            head: t("videos.effect"),
            numeric: true,
            cell: ({ contrast }) => (contrast ? <Effect of={contrast} /> : t("unit.none")),
          },
        ]}
      />
      {[...codes].map((code) => (
        <Reason key={code} code={code} />
      ))}
    </Card>
  );
}

function Cells({ report }: { report: Report }) {
  const { t, number, percent } = useWords();
  const dimensions = [...new Set(report.by.map(({ dimension }) => dimension))];
  const [chosen, setChosen] = useState<string>("device");
  const nameOf = (dimension: string) => {
    const key = `quality.by.${dimension}`;
    return isKey(key) ? t(key) : dimension;
  };
  return (
    <Card
      title={t("quality.by")}
      actions={
        <fieldset class="segmented" aria-label={t("quality.by")}>
          {dimensions.map((dimension) => (
            <button
              key={dimension}
              type="button"
              aria-pressed={chosen === dimension}
              onClick={() => setChosen(dimension)}
            >
              {nameOf(dimension)}
            </button>
          ))}
        </fieldset>
      }
    >
      <Table
        caption={t("quality.by")}
        rows={report.by.filter(({ dimension }) => dimension === chosen)}
        keyOf={({ value }) => value}
        columns={[
          { head: nameOf(chosen), cell: ({ value }) => value },
          { head: t("quality.plays"), numeric: true, cell: ({ plays }) => number(plays) },
          {
            head: t("quality.startup"),
            numeric: true,
            cell: ({ startup_ms: startup }) =>
              startup?.p50 == null
                ? t("unit.none")
                : t("quality.seconds", { n: number(startup.p50 / 1000, 1) }),
          },
          {
            head: t("quality.slowest"),
            numeric: true,
            cell: ({ startup_ms: startup }) =>
              startup?.p95 == null
                ? t("unit.none")
                : t("quality.seconds", { n: number(startup.p95 / 1000, 1) }),
          },
          { head: t("quality.rebuffer"), numeric: true, cell: (cell) => percent(cell.rebuffer_ratio, 2) },
          {
            head: t("quality.gave_up"),
            numeric: true,
            cell: (cell) => percent(cell.exit_before_start_ratio),
          },
          { head: t("quality.failures"), numeric: true, cell: ({ failures }) => number(failures) },
        ]}
      />
    </Card>
  );
}
