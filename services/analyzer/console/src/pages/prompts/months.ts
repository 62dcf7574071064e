/** The chart of the lift by month: a point a month in the bar of its interval. Pure options for ECharts. */
import type { EChartsCoreOption } from "echarts/core";
import type { Schemas } from "../../api";
import type { Words } from "../../i18n";
import type { Palette } from "../../ui/chart";

export type Month = Schemas["MonthLiftShown"];

export function buildMonths(months: readonly Month[], palette: Palette, words: Words): EChartsCoreOption {
  const { t } = words;
  const label = { color: palette.muted, fontSize: 12 };
  const read = (of: (one: NonNullable<Month["conversion"]>) => number) =>
    months.map(({ conversion }) => (conversion ? of(conversion) : null));
  // A bar begins where the one stacked below it ends.
  const bar = { type: "bar", stack: "interval", stackStrategy: "all", barMaxWidth: 34, silent: true };
  return {
    animation: false,
    grid: { left: 44, right: 14, top: 14, bottom: 28 },
    tooltip: {
      trigger: "axis",
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 13 },
      formatter: (hovered: unknown) => {
        const place = (hovered as { dataIndex: number }[])[0]?.dataIndex ?? 0;
        const { month, conversion } = months[place] ?? {};
        if (!conversion) return `${month}: ${t("unit.none")}`;
        const { estimate, ci_low: low, ci_high: high } = conversion;
        const interval = t("videos.interval", { low: words.points(low), high: words.points(high) });
        return `${month}: ${t("videos.points", { n: words.points(estimate) })} ${interval}`;
      },
      axisPointer: { type: "shadow" },
    },
    xAxis: {
      type: "category",
      data: months.map(({ month }) => month),
      axisLabel: { ...label, hideOverlap: true },
      axisTick: { show: false },
      axisLine: { onZero: false, lineStyle: { color: palette.line } },
    },
    yAxis: {
      type: "value",
      axisLabel: { ...label, formatter: (value: number) => words.points(value).replace(/\.0$/, "") },
      splitLine: { lineStyle: { color: palette.line } },
    },
    series: [
      { ...bar, data: read(({ ci_low }) => ci_low), itemStyle: { color: "transparent" } },
      {
        ...bar,
        data: read(({ ci_low, ci_high }) => ci_high - ci_low),
        itemStyle: { color: palette.accent, opacity: 0.25, borderRadius: 4 },
      },
      {
        type: "line",
        data: read(({ estimate }) => estimate),
        symbol: "circle",
        symbolSize: 10,
        lineStyle: { color: palette.accent, width: 2 },
        itemStyle: { color: palette.accent },
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          lineStyle: { color: palette.text, type: "solid", width: 1 },
          data: [{ yAxis: 0 }],
        },
      },
    ],
  };
}
