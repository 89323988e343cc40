// A form that writes is sent once. Its button rests, with the words of data-busy, until the answer comes.

const sent = new Map();

export function preventSecondSubmit() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // htmx has taken the event of its own forms; a form that opens another tab leaves this page as it is.
    if (event.defaultPrevented || form.method !== "post" || form.target === "_blank") return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    const button = event.submitter;
    sent.set(form, button && { button, label: button.innerHTML });
    // Later, because a disabled button would not send its own name and value.
    window.setTimeout(() => rest(button));
  });

  // The browser's back button may show this very page again, as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) wakeAll();
  });
}

function rest(button) {
  if (!button) return;
  button.disabled = true;
  if (button.dataset.busy) button.textContent = button.dataset.busy;
}

function wakeAll() {
  for (const rested of sent.values()) {
    if (!rested) continue;
    rested.button.disabled = false;
    rested.button.innerHTML = rested.label;
  }
  sent.clear();
}
