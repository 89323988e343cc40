// Keywords as tags: <input data-tags data-max-items="5" data-create="Add" data-remove="Remove">.
// What is sent is the same comma-separated text that someone without JavaScript types.

import { line, replace } from "./controls.js";
import { within } from "./within.js";

// Full-width signs end a word just as well: they are what a Chinese keyboard gives.
const SEPARATORS = /[,，、;；\n]+/;

export function enhanceTags(part) {
  for (const input of within(part, "input[data-tags]")) {
    if (!input.tomselect) enhance(input);
  }
}

function enhance(input) {
  input.value = words(input.value).join(",");
  const { maxItems, create, remove } = input.dataset;
  replace(input, {
    plugins: { remove_button: { title: remove ?? "×" } },
    delimiter: ",",
    splitOn: SEPARATORS,
    create: true,
    createOnBlur: true,
    persist: false,
    openOnFocus: false,
    maxItems: maxItems ? Number(maxItems) : null,
    render: {
      no_results: null,
      option_create: (data) => line("create", `${create ?? "+"} ${data.input}`),
    },
    onType(text) {
      const begun = text.split(SEPARATORS).pop();
      if (begun === text) return;
      for (const word of words(text.slice(0, text.length - begun.length))) this.createItem(word);
      this.setTextboxValue(begun);
    },
  });
}

function words(text) {
  return text.split(SEPARATORS).map((word) => word.trim()).filter(Boolean);
}
