// After htmx has changed a part of the page: says what is new there, and keeps the focus from falling back to the top.
//
// <p data-announce>12 results</p>            spoken as it stands
// <table data-announce="12 results">…        spoken from the attribute
// <h2 data-focus tabindex="-1">…             takes the focus

import { say } from "./live.js";
import { within } from "./within.js";

export function announceSwaps() {
  let heldFocus = false;

  document.addEventListener("htmx:beforeSwap", (event) => {
    heldFocus = event.detail.target.contains(document.activeElement);
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    if (!part.isConnected) return;
    announce(part);
    moveFocus(part, heldFocus);
    heldFocus = false;
  });
}

function announce(part) {
  const [speaker] = within(part, "[data-announce]");
  const text = speaker?.dataset.announce || speaker?.textContent.trim();
  if (text) say(text);
}

function moveFocus(part, heldFocus) {
  const [named] = within(part, "[data-focus]");
  // A list that changes while someone types beside it must leave the focus where it is.
  const lost = heldFocus && document.activeElement === document.body;
  const target = named ?? (lost ? part : null);
  if (!target) return;
  if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: !named });
}
