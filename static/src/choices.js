// Long selects become searchable: <select data-choices data-no-results="Nothing found" data-remove="Remove">.

import { line, replace } from "./controls.js";
import { within } from "./within.js";

export function enhanceChoices(part) {
  for (const select of within(part, "select[data-choices]")) {
    if (!select.tomselect) enhance(select);
  }
}

function enhance(select) {
  const { noResults, remove } = select.dataset;
  replace(select, {
    plugins: select.multiple ? { remove_button: { title: remove ?? "×" } } : {},
    maxOptions: null,
    allowEmptyOption: !select.multiple,
    hidePlaceholder: true,
    render: { no_results: noResults ? () => line("no-results", noResults) : null },
    // A choice made is the end of the search for it.
    onItemAdd() {
      this.setTextboxValue("");
      if (select.multiple) this.refreshOptions(false);
    },
  });
}
