// Finding elements in a part of the page.

/** Returns the elements in `part`, itself included, that match `selector`. */
export function within(part, selector) {
  const found = [...part.querySelectorAll(selector)];
  return part.matches?.(selector) ? [part, ...found] : found;
}
