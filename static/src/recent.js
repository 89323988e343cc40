// The last searches of whoever is signed in, kept in this browser alone and for nobody else who uses it.
// A page that is shown to somebody else, or to nobody in particular, forgets them; so does signing out.

const SLOT = "matchmaker-recent-searches";
const MOST = 6;

/** Returns the searches of the person `who`, the last one first. */
export function recentSearches(who) {
  try {
    const kept = JSON.parse(window.localStorage.getItem(SLOT) ?? "{}");
    return who && kept.who === who && Array.isArray(kept.queries) ? kept.queries.map(String).slice(0, MOST) : [];
  } catch {
    // Storage may be shut, or hold what somebody else has written there.
    return [];
  }
}

export function rememberSearch(who, query) {
  const text = query.trim();
  if (!who || !text) return;
  const queries = [text, ...recentSearches(who).filter((earlier) => earlier !== text)].slice(0, MOST);
  attempt(() => window.localStorage.setItem(SLOT, JSON.stringify({ who, queries })));
}

export function forgetSearches() {
  attempt(() => window.localStorage.removeItem(SLOT));
}

/** Forgets whatever belongs to anybody but `who`, and all of it when they sign out. */
export function keepSearchesOf(who) {
  if (!recentSearches(who).length) forgetSearches();
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") === "/sign-out") forgetSearches();
  });
}

function attempt(act) {
  try {
    act();
  } catch {
    // Without storage there is nothing to remember and nothing to forget.
  }
}
