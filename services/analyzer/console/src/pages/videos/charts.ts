/** The two charts of a video: who stays, and who converts. Pure options for ECharts. */
import type { EChartsCoreOption } from "echarts/core";
import type { Words } from "../../i18n";
import type { Palette } from "../../ui/chart";
import type { Bin, Stretch } from "./finding";

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

/** Conversion of those who watched each bin, beside those who did not. */
export function buildMoments(
  bins: readonly Bin[],
  stretch: Stretch | null,
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
  const area = stretch && {
    silent: true,
    itemStyle: { color: palette.accent, opacity: 0.1 },
    data: [[{ xAxis: stretch.start }, { xAxis: stretch.end }]],
  };
  return {
    ...frame(bins, palette, words, most),
    series: [
      line(
        words.t("videos.watched"),
        palette.accent,
        (bin) => bin.rate_watched,
        area ? { markArea: area } : {},
      ),
      line(words.t("videos.not_watched"), palette.second, (bin) => bin.rate_not_watched, {
        lineStyle: { color: palette.second, width: 2, type: "dashed" },
      }),
    ],
  };
}
