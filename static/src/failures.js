// When a request of htmx fails, the page says so in the layout's toast and stays as it was:
// <div id="htmx-error" role="alert" hidden data-offline="…" data-refused="…" data-failed="…"><p data-text></p><button data-close>…</div>

const toast = () => document.getElementById("htmx-error");

export function tellFailures() {
  document.addEventListener("htmx:sendError", () => show("offline"));
  document.addEventListener("htmx:timeout", () => show("offline"));
  document.addEventListener("htmx:responseError", (event) => {
    show(event.detail.xhr.status < 500 ? "refused" : "failed");
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.successful) hide();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("#htmx-error [data-close]")) hide();
  });
}

function show(reason) {
  const box = toast();
  if (!box) return;
  const words = box.dataset[reason] ?? box.dataset.failed;
  const line = box.querySelector("[data-text]");
  box.hidden = false;
  // Written after it shows, because screen readers speak a change, not an appearance.
  if (line && words) line.textContent = words;
}

function hide() {
  const box = toast();
  if (box) box.hidden = true;
}
