// What both kinds of tom-select share: their words, their ties to the form, and how one gets to them.

import TomSelect from "tom-select/popular";

/** Replaces `element` and keeps what the form says about it: its hint, its error. */
export function replace(element, settings) {
  const control = new TomSelect(element, { refreshThrottle: 0, ...settings });
  control.hook("before", "onKeyDown", catchUp);
  focusOnce(control);
  // Two fields of one name would be read out: only the new one is there for the reader.
  element.setAttribute("aria-hidden", "true");
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
    if (element.hasAttribute(name)) control.focus_node.setAttribute(name, element.getAttribute(name));
  }
}

// The list follows what is typed a moment later. A key takes what the letters ask for, however fast it comes after them.
function catchUp() {
  if (!this.refreshTimeout) return;
  window.clearTimeout(this.refreshTimeout);
  this.refreshTimeout = null;
  this._onInput();
}

// An opened list takes the focus once more a moment later, and would open again over what was chosen in between.
function focusOnce(control) {
  const { onFocus } = control;
  control.onFocus = function (event) {
    if (event || !this.isFocused) onFocus.call(this, event);
  };
}

/** Returns one `<div>` that shows `text`, as text and never as HTML. */
export function line(className, text) {
  const div = document.createElement("div");
  div.className = className;
  div.textContent = text;
  return div;
}

/** A link to a field, as in a form's list of errors, leads to what stands in the field's place. */
export function followLinksToFields() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field?.tomselect) return;
    event.preventDefault();
    field.tomselect.focus();
  });
}
