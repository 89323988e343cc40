// Light or dark as the system prefers. Loaded in the head, ahead of the first paint.

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function follow() {
  document.documentElement.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
}

follow();
dark.addEventListener("change", follow);

// Paper is white.
window.addEventListener("beforeprint", () => document.documentElement.setAttribute("data-bs-theme", "light"));
window.addEventListener("afterprint", follow);
