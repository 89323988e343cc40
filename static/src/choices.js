// Long selects become searchable: <select data-choices data-no-results="Nothing found" data-remove="Remove">.

import TomSelect from "tom-select/popular";

import { nothingFound } from "./texts.js";
import { within } from "./within.js";

export function enhanceChoices(part) {
  for (const select of within(part, "select[data-choices]")) {
    if (!select.tomselect) enhance(select);
  }
}

function enhance(select) {
  const plugins = select.multiple ? { remove_button: { title: select.dataset.remove ?? "×" } } : {};
  new TomSelect(select, {
    plugins,
    maxOptions: null,
    allowEmptyOption: !select.multiple,
    hidePlaceholder: true,
    render: { no_results: nothingFound(select) },
    // A choice made is the end of the search for it.
    onItemAdd() {
      this.setTextboxValue("");
      if (select.multiple) this.refreshOptions(false);
    },
  });
}
