// The one place from which the page speaks to screen readers.

/** Says `text` politely. The region is the layout's #live, or made here. */
export function say(text) {
  const region = document.getElementById("live") ?? makeRegion();
  // Emptied first, so that the same sentence is spoken twice when it is said twice.
  region.textContent = "";
  window.setTimeout(() => (region.textContent = text), 50);
}

function makeRegion() {
  const region = document.createElement("div");
  region.id = "live";
  region.className = "visually-hidden";
  region.setAttribute("aria-live", "polite");
  document.body.append(region);
  return region;
}
