// What pages gain from JavaScript. Every page works without it.

import htmx from "htmx.org";

import { announceSwaps } from "./announce.js";
import { preventSecondSubmit } from "./busy.js";
import { enhanceChoices } from "./choices.js";
import { completeSearches } from "./combobox.js";
import { followLinksToFields } from "./controls.js";
import { countCharacters } from "./counters.js";
import { tellFailures } from "./failures.js";
import { fitFolds } from "./folds.js";
import { guardUnsavedText } from "./guard.js";
import { closeMenus } from "./menus.js";
import { listenForKeys } from "./shortcuts.js";
import { enhanceTags } from "./tags.js";

announceSwaps();
preventSecondSubmit();
tellFailures();
closeMenus();
followLinksToFields();
completeSearches();
listenForKeys();

// Runs for the page as it came and for every fragment that htmx swaps in.
// The guard comes last: it remembers what the fields hold once the others have tidied them.
htmx.onLoad((part) => {
  fitFolds(part);
  enhanceChoices(part);
  enhanceTags(part);
  countCharacters(part);
  guardUnsavedText(part);
});

document.documentElement.classList.add("js");
