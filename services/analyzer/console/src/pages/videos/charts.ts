/** The two charts of a video: who stays, and who converts. Pure options for ECharts. */
import type { EChartsCoreOption } from "echarts/core";
import type { Words } from "../../i18n";
import type { Palette } from "../../ui/chart";
import type { Bin } from "./finding";

/** A stretch to mark; `bad` where watching it went with less conversion. */
export interface Mark {
  start: number;
  end: number;
  bad: boolean;
}

type Points = [number, number | null][];

/** A step for each bin: it holds from its start to its end. */
function steps(bins: readonly Bin[], read: (bin: Bin) => number | null): Points {
  const points: Points = bins.map((bin) => [bin.start, read(bin)]);
  const last = bins[bins.length - 1];
  if (last) points.push([last.end, read(last)]);
  return points;
}

function frame(bins: readonly Bin[], palette: Palette, words: Words, most: number): EChartsCoreOption {
  const end = bins[bins.length - 1]?.end ?? 1;
  const label = { color: palette.muted, fontSize: 12 };
  return {
    animation: false,
    grid: { left: 44, right: 14, top: 30, bottom: 26 },
    legend: { top: 0, left: 0, itemHeight: 9, itemWidth: 16, textStyle: { color: palette.text } },
    tooltip: {
      trigger: "axis",
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text, fontSize: 13 },
      valueFormatter: (value: unknown) => words.percent(typeof value === "number" ? value : null),
      axisPointer: { label: { show: false } },
    },
    xAxis: {
      type: "value",
      min: 0,
      max: end,
      axisLabel: { ...label, showMaxLabel: false, formatter: (value: number) => words.clock(value) },
      axisLine: { lineStyle: { color: palette.line } },
      splitLine: { show: false },
    },
    yAxis: {
      type: "value",
      min: 0,
      max: most,
      axisLabel: { ...label, formatter: (value: number) => words.percent(value, 0) },
      splitLine: { lineStyle: { color: palette.line } },
    },
  };
}

/** Share of all viewers that watched each bin. */
export function buildRetention(
  bins: readonly Bin[],
  viewers: number,
  palette: Palette,
  words: Words,
): EChartsCoreOption {
  return {
    ...frame(bins, palette, words, 1),
    legend: { show: false },
    grid: { left: 44, right: 14, top: 10, bottom: 26 },
    series: [
      {
        name: words.t("videos.share"),
        type: "line",
        step: "end",
        symbol: "none",
        data: steps(bins, (bin) => (viewers ? bin.viewers / viewers : null)),
        lineStyle: { color: palette.second, width: 2 },
        itemStyle: { color: palette.second },
        areaStyle: { color: palette.second, opacity: 0.18 },
      },
    ],
  };
}

/** Room above and below a line in points: steps of ten, and always some. */
function reach(values: readonly (number | null)[], sign: 1 | -1): number {
  const furthest = Math.max(0, ...values.map((value) => sign * (value ?? 0)));
  return (sign * Math.max(1, Math.ceil(furthest * 1.05 * 10))) / 10;
}

/** What each bin adds, adjusted, in its simultaneous band; beside it the raw difference. */
export function buildEffects(
  bins: readonly Bin[],
  marks: readonly Mark[],
  palette: Palette,
  words: Words,
): EChartsCoreOption {
  const { t } = words;
  const base = frame(bins, palette, words, 1);
  const values = bins.flatMap((bin) => [bin.effect, bin.ci_low, bin.ci_high, bin.difference]);
  const points = (value: unknown) =>
    typeof value === "number" ? t("videos.points", { n: words.points(value) }) : t("unit.none");
  const line = (name: string, color: string, read: (bin: Bin) => number | null, more: object = {}) => ({
    name,
    type: "line",
    step: "end",
    symbol: "none",
    data: steps(bins, read),
    lineStyle: { color, width: 2.4 },
    itemStyle: { color },
    ...more,
  });
  const hidden = { stack: "band", stackStrategy: "all", lineStyle: { width: 0 }, tooltip: { show: false } };
  const width = ({ ci_low: low, ci_high: high }: Bin) => (low === null || high === null ? null : high - low);
  return {
    ...base,
    legend: {
      ...(base.legend as object),
      data: [t("videos.effect"), t("videos.band"), t("videos.difference_raw")],
    },
    tooltip: { ...(base.tooltip as object), valueFormatter: points },
    yAxis: {
      ...(base.yAxis as object),
      min: reach(values, -1),
      max: reach(values, 1),
      minInterval: 0.1,
      axisLabel: {
        color: palette.muted,
        fontSize: 12,
        formatter: (value: number) => words.points(value).replace(/\.0$/, ""),
      },
    },
    series: [
      line(t("videos.effect"), palette.accent, (bin) => bin.effect, {
        z: 4,
        markArea: {
          silent: true,
          data: marks.map(({ start, end, bad }) => [
            { xAxis: start, itemStyle: { color: bad ? palette.second : palette.accent, opacity: 0.13 } },
            { xAxis: end },
          ]),
        },
      }),
      line(t("videos.difference_raw"), palette.second, (bin) => bin.difference, {
        lineStyle: { color: palette.second, width: 2, type: "dashed" },
      }),
      line("", palette.accent, (bin) => bin.ci_low, hidden),
      line(t("videos.band"), palette.accent, width, {
        ...hidden,
        itemStyle: { color: palette.accent, opacity: 0.35 },
        areaStyle: { color: palette.accent, opacity: 0.16 },
      }),
    ],
  };
}

/** Conversion of those who watched each bin, beside those who did not. */
export function buildMoments(
  bins: readonly Bin[],
  marks: readonly Mark[],
  palette: Palette,
  words: Words,
): EChartsCoreOption {
  const highest = Math.max(
    0.01,
    ...bins.flatMap((bin) => [bin.rate_watched ?? 0, bin.rate_not_watched ?? 0]),
  );
  const most = Math.ceil(highest * 1.1 * 20) / 20;
  const line = (name: string, color: string, read: (bin: Bin) => number | null, more: object) => ({
    name,
    type: "line",
    step: "end",
    symbol: "none",
    data: steps(bins, read),
    lineStyle: { color, width: 2.4 },
    itemStyle: { color },
    ...more,
  });
  const area = {
    silent: true,
    itemStyle: { color: palette.accent, opacity: 0.1 },
    data: marks.map(({ start, end }) => [{ xAxis: start }, { xAxis: end }]),
  };
  return {
    ...frame(bins, palette, words, most),
    series: [
      line(words.t("videos.watched"), palette.accent, (bin) => bin.rate_watched, { markArea: area }),
      line(words.t("videos.not_watched"), palette.second, (bin) => bin.rate_not_watched, {
        lineStyle: { color: palette.second, width: 2, type: "dashed" },
      }),
    ],
  };
}
