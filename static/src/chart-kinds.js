// What each kind of chart looks like. Colours are Okabe and Ito's, told apart by colour-blind eyes; where there are
// several, patterns and marks say the same, and every number is written beside its bar.

const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
const MARKS = ["circle", "triangle", "rect", "diamond", "roundRect", "pin"];
const STROKES = ["solid", "dashed", "dotted"];
// One hue from light to dark: its lightness alone tells more from less.
const SHADES = ["#eef4fb", "#a9c8e8", "#5f97cc", "#2a63a0", "#0a3f78"];
// The height of a row of one bar, and of two.
const ROWS = [30, 46];

const KINDS = { bars, lines, funnel, heat };

export function options(kind, data, inks, width, top = 0) {
  return {
    animation: false,
    color: COLOURS,
    textStyle: { color: inks.text, fontFamily: getComputedStyle(document.body).fontFamily },
    aria: { enabled: true, label: { enabled: false }, decal: { show: kind !== "heat" && data.series.length > 1 } },
    ...KINDS[kind](data, inks, width, top),
  };
}

export function heightOf(kind, data) {
  if (kind === "bars") return (data.unit ? 90 : 70) + (data.lines.length ? 20 : 0) + data.rows.length * ROWS[Math.min(data.series.length, 2) - 1];
  if (kind === "funnel") return 40 + data.rows.length * 44;
  if (kind === "heat") return 110 + data.rows.length * 40;
  return 300;
}

function bars(data, inks, width, top) {
  return {
    ...frame(data, inks, top, { right: width < 500 ? 64 : 96 }),
    xAxis: { type: "value", ...axis(inks), ...measured(data, inks), splitNumber: width < 500 ? 2 : 5 },
    yAxis: { type: "category", inverse: true, data: data.rows.map((row) => row.name), ...axis(inks, names(width)) },
    series: data.series.map((name, place) => ({
      name,
      type: "bar",
      barMaxWidth: data.series.length > 1 ? 14 : 20,
      data: data.rows.map((row) => point(row.cells[place])),
      label: { show: true, position: "right", color: inks.text, formatter: written },
      markLine: place ? undefined : across(data.lines, inks, width),
    })),
  };
}

function lines(data, inks, width, top) {
  return {
    ...frame(data, inks, top, { right: 24 }),
    xAxis: { type: "category", data: data.rows.map((row) => row.name), ...axis(inks) },
    yAxis: { type: "value", ...axis(inks), name: data.unit, nameTextStyle: { color: inks.quiet }, splitNumber: width < 500 ? 3 : 5 },
    series: data.series.map((name, place) => ({
      name,
      type: "line",
      symbol: MARKS[place % MARKS.length],
      symbolSize: 8,
      lineStyle: { type: STROKES[place % STROKES.length], width: 2 },
      data: data.rows.map((row) => point(row.cells[place])),
    })),
  };
}

function funnel(data, inks, width, top) {
  const most = Math.max(...data.rows.map((row) => row.cells[0].value ?? 0));
  return {
    tooltip: tooltip(inks),
    series: [{
      type: "funnel",
      sort: "none",
      min: 0,
      max: most || 1,
      minSize: "0%",
      top: 16 + top, bottom: 16, left: 8, width: width < 500 ? "46%" : "60%",
      gap: 3,
      itemStyle: { color: COLOURS[0], borderColor: inks.surface },
      label: { position: "right", color: inks.text, formatter: (each) => `${each.name} ${each.data.text}` },
      labelLine: { lineStyle: { color: inks.quiet } },
      data: data.rows.map((row) => ({ ...point(row.cells[0]), name: row.name })),
    }],
  };
}

function heat(data, inks, width, top) {
  const cells = data.rows.flatMap((row, y) => row.cells.map((cell, x) => ({ x, y, cell }))).filter(({ cell }) => cell.value !== null);
  const values = cells.map(({ cell }) => cell.value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return {
    tooltip: tooltip(inks),
    grid: { left: 8, right: 8, top: 8 + top, bottom: 56, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { type: "category", data: data.series, ...axis(inks), splitArea: { show: true } },
    yAxis: { type: "category", inverse: true, data: data.rows.map((row) => row.name), ...axis(inks) },
    visualMap: {
      type: "continuous", min: Math.min(least, 0), max: most > 0 ? most : 1, orient: "horizontal", left: "center", bottom: 4, itemHeight: 120,
      inRange: { color: SHADES }, textStyle: { color: inks.text },
    },
    series: [{
      type: "heatmap",
      itemStyle: { borderColor: inks.surface, borderWidth: 2 },
      data: cells.map(({ x, y, cell }) => ({
        value: [x, y, cell.value],
        text: cell.text,
        // The number stands on its cell where there is room, dark on light and light on dark.
        label: { show: width >= 700, color: cell.value > most * 0.45 ? "#fff" : "#1b2533", formatter: cell.text },
      })),
    }],
  };
}

function frame(data, inks, top, { right }) {
  const many = data.series.length > 1;
  return {
    tooltip: tooltip(inks),
    legend: many ? { top, textStyle: { color: inks.text } } : undefined,
    grid: { left: 8, right, top: top + (many ? 40 : 24) + (data.lines.length ? 20 : 0), bottom: data.unit ? 40 : 24, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
  };
}

function axis(inks, more = {}) {
  return {
    axisLabel: { color: inks.text, ...more },
    axisLine: { lineStyle: { color: inks.quiet } },
    splitLine: { lineStyle: { color: inks.rule } },
  };
}

function measured(data, inks) {
  return { name: data.unit, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: inks.quiet } };
}

function names(width) {
  return { width: Math.round(width * (width < 500 ? 0.32 : 0.3)), overflow: "truncate", interval: 0 };
}

// On a phone only the one in the middle is named: three would stand on each other.
function across(lines, inks, width) {
  if (!lines.length) return undefined;
  return {
    symbol: "none",
    silent: true,
    lineStyle: { color: inks.quiet, type: "dashed" },
    data: lines.filter((line) => line.cells[0].value !== null).map((line, place) => ({
      xAxis: line.cells[0].value,
      label: { show: width >= 500 || place === 1, color: inks.text, formatter: line.name, position: "start", distance: place % 2 ? 4 : 18 },
    })),
  };
}

// Drawn as text of the picture itself: a box beside it would need styles that the site's policy refuses.
function tooltip(inks) {
  return {
    renderMode: "richText",
    confine: true,
    textStyle: { color: inks.text },
    backgroundColor: inks.surface,
    borderColor: inks.rule,
    formatter: (each) => [each.seriesName && !each.seriesName.startsWith("series") ? each.seriesName : "", each.name, each.data.text].filter(Boolean).join("  "),
  };
}

function point(cell) {
  return { value: cell.value === null ? "-" : cell.value, text: cell.text };
}

function written(each) {
  return each.data.text;
}
