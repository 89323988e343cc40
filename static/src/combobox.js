// The search box offers what the letters typed so far may become, as the combobox of the ARIA practices: the focus stays
// in the box, the arrow keys walk through the list, Enter follows the line they stand on or else searches, Escape closes.
//
// <header data-who="17"> … <input type="search" data-combobox="/search/suggestions" data-list="Suggestions"
//        data-count="{count} suggestions" data-recent="Searched before" data-clear="Forget recent searches">

import { say } from "./live.js";
import { forgetSearches, keepSearchesOf, recentSearches, rememberSearch } from "./recent.js";

// Long enough to be a pause between two keys, short enough not to be waited for.
const PAUSE_MS = 150;

export function completeSearches() {
  for (const input of document.querySelectorAll("input[data-combobox]")) new Combobox(input);
}

class Combobox {
  constructor(input) {
    this.input = input;
    this.words = input.dataset;
    this.who = input.closest("[data-who]").dataset.who;
    this.lines = [];
    this.at = -1;
    this.list = this.makeList();
    const attributes = {
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
    };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    keepSearchesOf(this.who);
    this.listen();
  }

  makeList() {
    const list = document.createElement("ul");
    list.id = `${this.input.id}-list`;
    list.className = "search-list";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", this.words.list);
    this.input.after(list);
    return list;
  }

  listen() {
    const { input, list } = this;
    input.addEventListener("input", (event) => {
      // Letters that an input method has not turned into characters yet are not what was typed.
      if (!event.isComposing) this.wait();
    });
    input.addEventListener("compositionend", () => this.wait());
    input.addEventListener("focus", () => {
      if (!input.value) this.showRecent();
    });
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.press(event));
    input.form.addEventListener("submit", () => rememberSearch(this.who, input.value));
    // The focus stays in the box while the mouse chooses.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const line = event.target.closest("[role=option]");
      if (line) this.follow(this.lines[[...list.children].indexOf(line)]);
    });
  }

  wait() {
    window.clearTimeout(this.pause);
    this.asking?.abort();
    this.pause = window.setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    const typed = this.input.value.trim();
    if (!typed) {
      this.showRecent();
      return;
    }
    this.asking = new AbortController();
    try {
      const answer = await fetch(`${this.words.combobox}?${new URLSearchParams({ q: typed })}`, {
        headers: { Accept: "application/json" },
        signal: this.asking.signal,
      });
      if (answer.ok) this.show(await answer.json());
    } catch {
      // Overtaken by the next letter, or offline: the box searches without suggestions as well.
    }
  }

  showRecent() {
    const recent = recentSearches(this.who);
    const lines = recent.map((text) => ({ text, kind: this.words.recent, search: text }));
    if (recent.length) lines.push({ text: this.words.clear, kind: "", act: forgetSearches });
    this.show(lines);
  }

  show(lines) {
    if (document.activeElement !== this.input) return;
    this.lines = lines;
    this.list.replaceChildren(...lines.map((line, place) => this.option(line, place)));
    this.mark(-1);
    this.list.hidden = !lines.length;
    this.input.setAttribute("aria-expanded", String(lines.length > 0));
    if (lines.length) say(this.words.count.replace("{count}", lines.length));
  }

  option(line, place) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const text = document.createElement("span");
    text.className = "search-list-text";
    text.textContent = line.text;
    if (!line.act) text.lang = "zh-CN";
    const kind = document.createElement("span");
    kind.className = "search-list-kind";
    kind.textContent = line.kind;
    // A blank between them, for those who hear the line as one text.
    option.append(text, " ", kind);
    return option;
  }

  mark(place) {
    this.at = place;
    for (const [number, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(number === place));
      if (number === place) option.scrollIntoView({ block: "nearest" });
    }
    if (place < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.list.id}-${place}`);
  }

  press(event) {
    // Keys pressed while an input method chooses characters are its own.
    if (event.isComposing) return;
    const isOpen = !this.list.hidden;
    if (event.key === "Escape" && isOpen) {
      this.close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (isOpen) this.step(event.key === "ArrowDown" ? 1 : -1);
      else this.ask();
    } else if (event.key === "Enter" && isOpen && this.at >= 0) {
      this.follow(this.lines[this.at]);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Goes on by one line; before the first and after the last one stands the box itself. */
  step(by) {
    const places = this.lines.length + 1;
    this.mark(((this.at + 1 + by + places) % places) - 1);
  }

  follow(line) {
    this.close();
    if (line.act) {
      line.act();
    } else if (line.search) {
      this.input.value = line.search;
      this.input.form.requestSubmit();
    } else {
      window.location.assign(line.url);
    }
  }

  close() {
    window.clearTimeout(this.pause);
    this.asking?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }
}
