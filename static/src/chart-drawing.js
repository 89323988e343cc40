// ECharts, with only the kinds that pages use. SVG on the screen, a canvas for the picture that is saved.

import { BarChart, FunnelChart, HeatmapChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { getInstanceByDom, init, use } from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

import { heightOf, options } from "./chart-kinds.js";

use([
  BarChart, FunnelChart, HeatmapChart, LineChart,
  AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, TooltipComponent, VisualMapComponent,
  CanvasRenderer, SVGRenderer,
]);

const PICTURE_WIDTH = 1000;
const PAPER = { text: "#1b2533", quiet: "#5a6577", rule: "#d5dbe3", surface: "#ffffff" };

export function draw(place, kind, data) {
  place.style.height = `${heightOf(kind, data)}px`;
  const chart = getInstanceByDom(place) ?? init(place, null, { renderer: "svg" });
  chart.setOption(options(kind, data, inks(), place.clientWidth), { notMerge: true });
  chart.resize();
}

// Width changes with the window, with a folded side and with the paper.
export function connect(place, redraw) {
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (place.clientWidth === width) return;
    width = place.clientWidth;
    redraw();
  }).observe(place);
}

export function picture(kind, data, title) {
  const sheet = document.createElement("div");
  const chart = init(sheet, null, {
    renderer: "canvas", width: PICTURE_WIDTH, height: heightOf(kind, data) + 50, devicePixelRatio: 2,
  });
  chart.setOption({
    ...options(kind, data, PAPER, PICTURE_WIDTH, 50),
    title: { text: title, left: 16, top: 12, textStyle: { color: PAPER.text, fontSize: 18 } },
  });
  const address = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: PAPER.surface });
  chart.dispose();
  return address;
}

// The theme's colours as plain numbers: ECharts does not know var(), light-dark() and oklch().
function inks() {
  const probe = document.body.appendChild(document.createElement("span"));
  const dot = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const ink = (name, usual) => {
    probe.style.color = `var(${name}, ${usual})`;
    dot.fillStyle = usual;
    dot.fillStyle = getComputedStyle(probe).color;
    dot.clearRect(0, 0, 1, 1);
    dot.fillRect(0, 0, 1, 1);
    return `rgba(${[...dot.getImageData(0, 0, 1, 1).data].map((part, place) => (place < 3 ? part : part / 255)).join(",")})`;
  };
  const found = {
    text: ink("--tblr-body-color", PAPER.text),
    quiet: ink("--quiet", PAPER.quiet),
    rule: ink("--tblr-border-color", PAPER.rule),
    surface: ink("--tblr-bg-surface", PAPER.surface),
  };
  probe.remove();
  return found;
}
