/** An answer as what it is: one figure, bars, or lines over time with their table. */
import type { EChartsCoreOption } from "echarts/core";
import { api, unwrap, useQuery } from "../../api";
import { isKey, useWords, type Words } from "../../i18n";
import { useSite } from "../../site";
import { Chart, type Palette } from "../../ui/chart";
import { Badge, Empty, Reason, Table } from "../../ui/parts";
import type { Answer } from "./question";

type Row = Answer["rows"][number];
const SHOWN = 12;
const DASHES = ["solid", "dashed", "dotted"] as const;
const SYMBOLS = ["circle", "rect", "triangle"] as const;

/** Returns how a figure of the answer is written. */
function useFigure(answer: Answer): (value: number | null) => string {
  const { t, number, percent, money } = useWords();
  const { site } = useSite();
  const unit = answer.columns.find(({ name }) => name === "value")?.unit;
  return (value) => {
    if (value === null) return t("unit.none");
    if (unit === "share") return percent(value);
    if (unit === "seconds")
      return value < 7200
        ? t("dashboard.minutes", { n: number(value / 60, 1) })
        : t("dashboard.hours", { n: number(value / 3600, 1) });
    return unit === site.currency ? money(value, site.currency) : number(value);
  };
}

/** Returns the words for a group; ids get the names that operators gave them. */
function useGroupName(answer: Answer): (row: Pick<Row, "key" | "kind">) => string {
  const { t } = useWords();
  const { site } = useSite();
  const group = answer.question.breakdown ?? "";
  const query = { site: site.id, limit: 1000 };
  const named = useQuery(
    ["segment", "video", "prompt"].includes(group) ? `names ${group} ${site.id}` : null,
    async () => {
      const pairs: [string, string][] = [];
      if (group === "segment")
        for (const { id, name } of (await unwrap(api.GET("/v1/segments", { params: { query } }))).items)
          pairs.push([id, name]);
      if (group === "video")
        for (const { id, title } of (await unwrap(api.GET("/v1/videos", { params: { query } }))).items)
          pairs.push([id, title]);
      if (group === "prompt")
        for (const { id, name } of (await unwrap(api.GET("/v1/campaigns", { params: { query } }))).items)
          pairs.push([id, name]);
      return new Map(pairs);
    },
  );
  return ({ key, kind }) => {
    if (kind === "other") return t("dashboard.other");
    if (key === null) return t("dashboard.none");
    const text = `${group === "channel" ? "channels.name" : `dashboard.key.${group}`}.${key}`;
    return isKey(text) ? t(text) : (named.data?.get(key) ?? key);
  };
}

export function AnswerView({ answer, height }: { answer: Answer; height?: number }) {
  const { t, number } = useWords();
  const figure = useFigure(answer);
  const { rows, series, totals, truncated } = answer;
  const unvalued = answer.sample_sizes.conversions_without_value ?? 0;
  if (!totals.sample && !unvalued) return <Empty title={t("dashboard.nothing")} />;
  return (
    <div class="answer">
      {(answer.question.breakdown === null || answer.question.interval !== null) && (
        <p class="figure">
          {figure(totals.value)}
          <small>{t("dashboard.in_all")}</small>
        </p>
      )}
      <Reason code={totals.reasons.value} />
      {series ? <Lines answer={answer} height={height} /> : rows.length > 0 && <Bars answer={answer} />}
      {unvalued > 0 && <p class="note">{t("dashboard.unvalued", { n: number(unvalued) })}</p>}
      {truncated && <Badge tone="warn">{t("dashboard.truncated")}</Badge>}
    </div>
  );
}

function Bars({ answer }: { answer: Answer }) {
  const { t, number } = useWords();
  const figure = useFigure(answer);
  const name = useGroupName(answer);
  const most = Math.max(...answer.rows.map(({ value }) => value ?? 0), 1e-12);
  const shown = answer.rows.slice(0, SHOWN);
  const rest = answer.rows.slice(SHOWN);
  const table = (rows: Row[], caption: string) => (
    <Table
      caption={caption}
      rows={rows}
      keyOf={({ key, kind }) => `${kind} ${key}`}
      columns={[
        { head: t("dashboard.by_what"), cell: (row) => <span class="group">{name(row)}</span> },
        {
          head: t(`dashboard.measure.${answer.question.measure}`),
          cell: ({ value }) => (
            <span class="bar">
              <span>{figure(value)}</span>
              <i style={{ width: `${Math.max(0, (value ?? 0) / most) * 100}%` }} aria-hidden="true" />
            </span>
          ),
        },
        { head: t("dashboard.sample"), numeric: true, cell: ({ sample }) => number(sample) },
      ]}
    />
  );
  return (
    <>
      {table(shown, answer.question.name ?? t("dashboard.preview"))}
      {rest.length > 0 && (
        <details>
          <summary>{t("dashboard.more", { n: number(rest.length) })}</summary>
          {table(rest, t("dashboard.more", { n: number(rest.length) }))}
        </details>
      )}
    </>
  );
}

function Lines({ answer, height = 220 }: { answer: Answer; height?: number | undefined }) {
  const words = useWords();
  const { t } = words;
  const figure = useFigure(answer);
  const name = useGroupName(answer);
  const title = answer.question.name ?? t("dashboard.preview");
  const lines = answer.series?.lines ?? [];
  const points = answer.series?.points ?? [];
  const labels = lines.map((line) =>
    line.kind === "all" ? t(`dashboard.measure.${answer.question.measure}`) : name(line),
  );
  return (
    <>
      <Chart
        label={t("dashboard.chart", { name: title })}
        height={lines.length > 1 ? height + 34 : height}
        inputs={`${answer.computed_at} ${words.language} ${labels.join("|")}`}
        build={(palette) => buildLines(answer, labels, palette, figure, words)}
      />
      <details>
        <summary>{t("dashboard.numbers")}</summary>
        <Table
          caption={title}
          rows={points}
          keyOf={({ at }) => at}
          columns={[
            {
              head: t("dashboard.time"),
              cell: ({ at, is_complete }) => (
                <span class="nowrap">
                  {at} {!is_complete && <small class="note">{t("dashboard.partial")}</small>}
                </span>
              ),
            },
            ...lines.map((line, place) => ({
              head: labels[place],
              numeric: true,
              cell: (point: (typeof points)[number]) => figure(line.values[points.indexOf(point)] ?? null),
            })),
          ]}
        />
      </details>
    </>
  );
}

/** Lines told apart by colour, dash and mark. */
function buildLines(
  answer: Answer,
  labels: readonly string[],
  palette: Palette,
  figure: (value: number | null) => string,
  words: Words,
): EChartsCoreOption {
  const { points = [], lines = [] } = answer.series ?? {};
  const isShare = answer.columns.some(({ unit }) => unit === "share");
  const colours = [palette.accent, palette.second, palette.text, palette.muted];
  const label = { color: palette.muted, fontSize: 12 };
  const scale = (value: number) =>
    isShare
      ? words.percent(value, value < 0.1 ? 1 : 0)
      : value.toLocaleString(words.language, { notation: "compact" });
  return {
    animation: false,
    grid: { left: 8, right: 14, top: lines.length > 1 ? 44 : 12, bottom: 4, containLabel: true },
    legend: {
      show: lines.length > 1,
      type: "scroll",
      top: 0,
      left: 0,
      itemWidth: 32,
      itemHeight: 7,
      textStyle: { color: palette.text },
      pageTextStyle: { color: palette.text },
    },
    tooltip: {
      trigger: "axis",
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 13 },
      valueFormatter: (value: unknown) => figure(typeof value === "number" ? value : null),
    },
    xAxis: {
      type: "category",
      data: points.map(({ at }) => (at.length > 7 ? at.slice(5) : at)),
      axisLabel: { ...label, hideOverlap: true },
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      boundaryGap: false,
    },
    yAxis: {
      type: "value",
      min: 0,
      axisLabel: { ...label, formatter: scale },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: lines.map((line, place) => ({
      name: labels[place],
      type: "line",
      data: line.values,
      symbol: SYMBOLS[Math.floor(place / colours.length) % SYMBOLS.length],
      showSymbol: points.length <= 31,
      symbolSize: 5,
      lineStyle: {
        color: colours[place % colours.length],
        width: 2,
        type: DASHES[Math.floor(place / colours.length) % DASHES.length],
      },
      itemStyle: { color: colours[place % colours.length] },
    })),
  };
}
