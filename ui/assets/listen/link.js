/* What the link says of who takes part: Prolific's, Mechanical Turk's, or the owner's names. */

/* Takes it out of the address bar and the history; the language stays.
   Returns {name: value}, empty if the link says nothing. */
export function takeLink() {
  const asked = new URLSearchParams(location.search);
  const language = asked.get("lang");
  asked.delete("lang");
  const link = Object.fromEntries([...asked].filter(([, value]) => value));
  if (location.search) {
    const kept = language ? `?lang=${encodeURIComponent(language)}` : "";
    history.replaceState(null, "", location.pathname + kept + location.hash);
  }
  return link;
}
