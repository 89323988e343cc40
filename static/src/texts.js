// Words that the page gives to tom-select, as text and never as HTML.

/** Returns a renderer of the line shown when no option fits: the element's data-no-results, or nothing at all. */
export function nothingFound(element) {
  const text = element.dataset.noResults;
  return text ? () => line("no-results", text) : null;
}

/** Returns one `<div>` that shows `text`. */
export function line(className, text) {
  const div = document.createElement("div");
  div.className = className;
  div.textContent = text;
  return div;
}
