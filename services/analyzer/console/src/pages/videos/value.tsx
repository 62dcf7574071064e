/** What a video brought in: those it engaged beside those it did not, raw and adjusted, now and over time. */
import type { EChartsCoreOption } from "echarts/core";
import { api, type Schemas, unwrap, useQuery } from "../../api";
import { type Key, useWords, type Words } from "../../i18n";
import { useSite } from "../../site";
import { Chart, type Palette } from "../../ui/chart";
import { Card, Loaded, Reason, Stat, Table } from "../../ui/parts";
import { Basis, useChoice, VideoHead } from "./head";

type Report = Schemas["InfluenceShown"];
type Group = Report["influenced"];

export function VideoValue({ params }: { params: Record<string, string> }) {
  const { site } = useSite();
  const choice = useChoice(params);
  const report = useQuery(`value ${choice.key}`, () => {
    const { id: video, goal, from } = choice;
    return unwrap(api.GET("/v1/reports/videos", { params: { query: { site: site.id, video, goal, from } } }));
  });
  return (
    <>
      <VideoHead choice={choice} page="value" />
      <Loaded query={report} lines={10}>
        {(data) => (
          <>
            <Brought report={data} />
            <Groups report={data} />
            <Series report={data} />
            <Basis report={data} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Brought({ report }: { report: Report }) {
  const { t, number, points, money } = useWords();
  const { attributed, adjusted, currency, days } = report;
  const conversion = adjusted?.conversion;
  const worth = adjusted?.value;
  return (
    <Card>
      <p class="finding">
        {conversion?.effect != null
          ? t("value.found", {
              n: points(conversion.effect),
              low: points(conversion.ci_low),
              high: points(conversion.ci_high),
            })
          : t("value.not_found")}
      </p>
      <Reason code={conversion?.reasons.effect} />
      <dl class="stats">
        <Stat
          label={t("value.attributed")}
          value={money(attributed?.value, currency)}
          note={t("value.within", { n: number(days) })}
        />
        <Stat label={t("value.orders")} value={number(attributed?.orders)} />
        <Stat
          label={t("videos.difference_raw")}
          value={points(report.raw?.conversion?.difference)}
          note={t("value.raw_note")}
        />
        <Stat
          label={t("value.per_viewer")}
          value={money(worth?.effect, currency)}
          note={
            worth?.effect != null &&
            t("videos.interval", { low: money(worth.ci_low, currency), high: money(worth.ci_high, currency) })
          }
        />
      </dl>
    </Card>
  );
}

function Groups({ report }: { report: Report }) {
  const { t, number, percent, money } = useWords();
  const { influenced, not_influenced: others, currency } = report;
  const rows: { name: Key; of: (group: Group) => string }[] = [
    { name: "value.persons", of: ({ persons }) => number(persons) },
    { name: "videos.converted", of: ({ converters }) => number(converters) },
    { name: "videos.rate", of: ({ conversion }) => percent(conversion) },
    { name: "value.orders", of: ({ orders }) => number(orders) },
    { name: "value.order", of: ({ order_value: value }) => money(value, currency) },
    { name: "value.sum", of: ({ value }) => money(value, currency) },
    { name: "value.after_90", of: ({ value_90: value }) => money(value, currency) },
  ];
  return (
    <Card title={t("value.groups")} note={t("value.groups_note")}>
      <Table
        caption={t("value.groups")}
        rows={rows}
        keyOf={({ name }) => name}
        columns={[
          { head: t("journeys.figure"), cell: ({ name }) => t(name) },
          { head: t("value.influenced"), numeric: true, cell: ({ of }) => of(influenced) },
          { head: t("value.others"), numeric: true, cell: ({ of }) => of(others) },
        ]}
      />
      <Reason code={influenced.reasons.value_90} />
    </Card>
  );
}

function Series({ report }: { report: Report }) {
  const words = useWords();
  const { t, number, money } = words;
  const known = report.series.filter(
    ({ influenced, not_influenced: others }) => influenced.value !== null || others.value !== null,
  );
  if (known.length < 2) return null;
  return (
    <Card title={t("value.series")} note={t("value.series_note")}>
      <Chart
        label={`${t("value.series")}: ${t("value.series_note")}`}
        height={240}
        inputs={`${report.computed_at} ${words.language}`}
        build={(palette) => buildSeries(report, palette, words)}
      />
      <details>
        <summary>{t("videos.numbers")}</summary>
        <Table
          caption={t("value.series")}
          rows={report.series}
          keyOf={({ day }) => String(day)}
          columns={[
            { head: t("value.day"), cell: ({ day }) => number(day) },
            {
              head: t("value.influenced"),
              numeric: true,
              cell: (point) => money(point.influenced.value, report.currency),
            },
            { head: t("value.persons"), numeric: true, cell: (point) => number(point.influenced.persons) },
            {
              head: t("value.others"),
              numeric: true,
              cell: (point) => money(point.not_influenced.value, report.currency),
            },
            {
              head: t("value.persons"),
              numeric: true,
              cell: (point) => number(point.not_influenced.persons),
            },
          ]}
        />
      </details>
    </Card>
  );
}

function buildSeries(report: Report, palette: Palette, { t, number, money }: Words): EChartsCoreOption {
  const label = { color: palette.muted, fontSize: 12 };
  const line = (name: string, color: string, side: "influenced" | "not_influenced", type: string) => ({
    name,
    type: "line",
    symbolSize: 7,
    data: report.series.map((point) => [point.day, point[side].value]),
    lineStyle: { color, width: 2.4, type },
    itemStyle: { color },
  });
  return {
    animation: false,
    grid: { left: 64, right: 14, top: 30, bottom: 26 },
    legend: { top: 0, left: 0, itemHeight: 9, itemWidth: 16, textStyle: { color: palette.text } },
    tooltip: {
      trigger: "axis",
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 13 },
      valueFormatter: (value: unknown) => money(typeof value === "number" ? value : null, report.currency),
    },
    xAxis: {
      type: "value",
      max: Math.max(
        ...report.series.flatMap((point) => (point.influenced.value === null ? [] : [point.day])),
        1,
      ),
      axisLabel: { ...label, formatter: (day: number) => t("value.days", { n: number(day) }) },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      axisLabel: { ...label, formatter: (value: number) => money(value, report.currency) },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: [
      line(t("value.influenced"), palette.accent, "influenced", "solid"),
      line(t("value.others"), palette.second, "not_influenced", "dashed"),
    ],
  };
}
