/* What a reload keeps: the clip, its format and part, all settings, the version, the loop, the view.

   The clip's id stands in the address as well. A tab has a memory of its own; a new one begins with
   that of the tab used last, and so do the pages for studies and experiments. */

const KEY = "musicgen-restoration-lab-workbench"; // ui/studio/workbench_state.py reads it too
const PARAMETER = "clip";

export function readState() {
  const kept = read(sessionStorage) ?? read(localStorage) ?? {};
  const clip = new URLSearchParams(location.search).get(PARAMETER);
  if (!clip || clip === kept.clip) return kept;
  return { ...kept, clip, part_s: 0, region: null };
}

export function keepState(state) {
  const text = JSON.stringify(state);
  for (const storage of [sessionStorage, localStorage]) {
    try {
      storage.setItem(KEY, text);
    } catch { /* private windows may refuse: then a reload begins afresh */ }
  }
  const address = new URL(location.href);
  if (state.clip) address.searchParams.set(PARAMETER, state.clip);
  else address.searchParams.delete(PARAMETER);
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

function read(storage) {
  try {
    const kept = JSON.parse(storage.getItem(KEY));
    return kept && typeof kept === "object" ? kept : null;
  } catch {
    return null;
  }
}
