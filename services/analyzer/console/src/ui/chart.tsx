/**
 * A chart by ECharts, loaded when the first one is needed.
 * Must never be the only way to its numbers: each chart stands beside a table.
 */
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef } from "preact/hooks";
import { useTheme } from "./theme";

/** The colours of the page, for what is drawn on a canvas. */
export interface Palette {
  text: string;
  muted: string;
  line: string;
  accent: string;
  second: string;
  surface: string;
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: read("text"),
    muted: read("muted"),
    line: read("line"),
    accent: read("accent"),
    second: read("second"),
    surface: read("surface"),
  };
}

/**
 * @param build the chart's options; called again when the theme or `inputs` change
 * @param playhead a position on the x axis to mark, or null
 * @param onPick called with the x value where the reader clicked
 */
export function Chart({
  label,
  height = 260,
  inputs,
  build,
  playhead,
  onPick,
}: {
  label: string;
  height?: number;
  inputs: unknown;
  build: (palette: Palette) => EChartsCoreOption;
  playhead?: number | null;
  onPick?: (x: number) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>();
  const pick = useRef(onPick);
  pick.current = onPick;
  const theme = useTheme();
  // `inputs` says when `build` gives something new
  useEffect(() => {
    let dropped = false;
    const element = box.current;
    if (!element) return;
    const resize = new ResizeObserver(() => chart.current?.resize());
    import("./echarts").then(({ init }) => {
      if (dropped) return;
      chart.current ??= init(element, undefined, { renderer: "svg" });
      chart.current.setOption(build(readPalette()), { notMerge: true });
      chart.current.getZr().off("click");
      chart.current.getZr().on("click", (event: { offsetX: number; offsetY: number }) => {
        const at = chart.current?.convertFromPixel({ gridIndex: 0 }, [event.offsetX, event.offsetY]);
        if (Array.isArray(at) && typeof at[0] === "number") pick.current?.(at[0]);
      });
      resize.observe(element);
    });
    return () => {
      dropped = true;
      resize.disconnect();
    };
  }, [inputs, theme]);
  useEffect(() => () => chart.current?.dispose(), []);
  useEffect(() => {
    if (playhead === undefined) return;
    const { text } = readPalette();
    const mark = playhead === null ? [] : [{ xAxis: playhead }];
    chart.current?.setOption({
      series: [
        {
          markLine: {
            symbol: "none",
            silent: true,
            animation: false,
            label: { show: false },
            lineStyle: { color: text, type: "solid", width: 1.5 },
            data: mark,
          },
        },
      ],
    });
  }, [playhead]);
  return <div ref={box} class="chart" role="img" aria-label={label} style={{ height: `${height}px` }} />;
}
