// A menu is <details data-menu>: the browser opens and closes it; Escape, and looking elsewhere, close it too.

const openMenus = () => document.querySelectorAll("details[data-menu][open]");

export function closeMenus() {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeByKey();
  });
  for (const moved of ["click", "focusin"]) {
    document.addEventListener(moved, (event) => closeOthers(event.target));
  }
}

function closeByKey() {
  for (const menu of openMenus()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}

function closeOthers(target) {
  for (const menu of openMenus()) {
    if (!menu.contains(target)) menu.open = false;
  }
}
