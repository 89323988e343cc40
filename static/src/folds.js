// <details data-fold> stands open where there is room beside the list, and folds away on a phone.
// The style sheet shows its contents on a wide screen without this; here the browser is told so as well.

import { within } from "./within.js";

const roomy = window.matchMedia("(min-width: 62rem)");

export function fitFolds(part) {
  for (const fold of within(part, "details[data-fold]")) fold.open = roomy.matches;
}

roomy.addEventListener("change", () => fitFolds(document.body));
