// One key for one control: <button data-key="a">. Keys typed into a field stay there; with Ctrl, Alt or Meta they are the browser's.

const TYPING = "input, textarea, select, [contenteditable]";

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (event.target.closest?.(TYPING)) return;
    const control = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!control) return;
    event.preventDefault();
    control.click();
    control.focus();
  });
}
