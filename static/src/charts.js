// Draws each <figure data-chart> from the table inside it. The table is the data: without this file it stands alone.

import { connect, draw, picture } from "./chart-drawing.js";
import { read } from "./chart-table.js";

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function show(figure) {
  const place = figure.querySelector("[data-drawing]");
  const data = read(figure.querySelector("table"));
  if (!place || data.isEmpty) return;
  place.hidden = false;
  const kind = figure.dataset.chart;
  const redraw = () => draw(place, kind, data);
  redraw();
  connect(place, redraw);
  dark.addEventListener("change", redraw);
  offerPicture(figure, kind, data);
}

// The button is in the page and hidden: without a script there is nothing to save.
function offerPicture(figure, kind, data) {
  const button = figure.querySelector("[data-png]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = picture(kind, data, figure.querySelector("[data-title]").textContent.trim());
    link.download = `${figure.id}.png`;
    link.click();
  });
}

for (const figure of document.querySelectorAll("figure[data-chart]")) show(figure);
