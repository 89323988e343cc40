// How much of a text's room is used, once there is much of it: <textarea data-max="20000" data-counter="{count} of {max} characters"
//                                           data-counter-over="{over} characters too many">.

import { within } from "./within.js";

// Long enough that someone who types is not interrupted, short enough to be heard at a pause.
const PAUSE_MS = 1000;

// Nobody who writes three lines needs to know that there is room for a thousand.
const MUCH = 2000;

export function countCharacters(part) {
  for (const area of within(part, "textarea[data-max]")) {
    if (!area.dataset.counted) count(area);
  }
}

/** Counts as the server does: in code points, so that an emoji is one. */
function codePoints(text) {
  return [...text].length;
}

function count(area) {
  area.dataset.counted = "yes";
  // Two lines: one to see, at once, and one to hear, at a pause.
  const shown = hint("form-hint character-count", "true");
  const spoken = hint("visually-hidden");
  spoken.setAttribute("aria-live", "polite");
  area.after(shown, spoken);

  let pause;
  const update = () => {
    shown.textContent = sentence(area);
    shown.hidden = !isMuch(area) && !isNearlyFull(area);
    shown.classList.toggle("is-over", isOver(area));
  };
  area.addEventListener("input", () => {
    update();
    window.clearTimeout(pause);
    pause = window.setTimeout(() => (spoken.textContent = isNearlyFull(area) ? sentence(area) : ""), PAUSE_MS);
  });
  update();
}

function hint(className, hidden) {
  const span = document.createElement("span");
  span.className = className;
  if (hidden) span.setAttribute("aria-hidden", hidden);
  return span;
}

function isOver(area) {
  return codePoints(area.value) > Number(area.dataset.max);
}

function isMuch(area) {
  return codePoints(area.value) >= MUCH;
}

function isNearlyFull(area) {
  return codePoints(area.value) > 0.9 * Number(area.dataset.max);
}

function sentence(area) {
  const max = Number(area.dataset.max);
  const used = codePoints(area.value);
  const words = used > max ? area.dataset.counterOver : area.dataset.counter;
  return (words ?? "{count} / {max}").replace("{count}", used).replace("{max}", max).replace("{over}", used - max);
}
