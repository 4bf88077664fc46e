/* Thanks, the number to quote, and perhaps what was heard. */

import { make } from "../shared/page.js";
import { endingOf } from "./ending.js";

export function showDone(page, state) {
  const { kept, say } = page;
  kept.change({ draft: null, tones: null });
  const heard = (state.heard || []).map((labels) => make("li", {
    text: Object.entries(labels).map(([label, title]) => `${label} = ${title}`).join(", ") }));
  page.show(say("done_heading"), page.text(say("done")),
    ...endingOf(page, state.ending),
    page.text(say("receipt", { code: state.receipt })),
    ...(heard.length ? [make("h2", { text: say("heard_heading") }), make("ol", {}, ...heard)] : []),
    ...(state.is_participant ? [] : [another(page)]));
}

/* Somebody else at the same browser; who came by a link of their own takes part once. */
function another(page) {
  const { kept, listener, say } = page;
  return make("button", { type: "button", text: say("another"), onclick: () => {
    if (!window.confirm(say("another_sure"))) return;
    kept.clear();
    listener.clear();
    page.start();
  } });
}
