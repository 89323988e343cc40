// Asks before a page is left whose form holds text that was never sent: <form data-guard>.
// A form that came back with errors says data-guard="unsaved": its text was not kept, whatever it looks like now.

import { within } from "./within.js";

const guarded = new Map();
let isListening = false;

export function guardUnsavedText(part) {
  for (const form of within(part, "form[data-guard]")) {
    if (!guarded.has(form)) guarded.set(form, form.dataset.guard === "unsaved" ? null : contents(form));
  }
  if (guarded.size && !isListening) listen();
}

function listen() {
  isListening = true;
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) guarded.delete(event.target);
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...guarded].some(([form, before]) => form.isConnected && contents(form) !== before)) event.preventDefault();
  });
  // Shown again by the back button: the form is as it was sent, and guarded anew.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) guardUnsavedText(document.body);
  });
}

function contents(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrf_token");
  return JSON.stringify(fields.map(([name, value]) => [name, typeof value === "string" ? value : value.name]));
}
