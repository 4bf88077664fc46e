/* Thanks, the number to quote, and perhaps what was heard. */

import { make } from "../shared/page.js";

export function showDone(page, state) {
  const { kept, listener, say } = page;
  kept.change({ draft: null, tones: null });
  const heard = (state.heard || []).map((labels) => make("li", {
    text: Object.entries(labels).map(([label, title]) => `${label} = ${title}`).join(", ") }));
  page.show(say("done_heading"), page.text(say("done")),
    page.text(say("receipt", { code: state.receipt })),
    ...(heard.length ? [make("h2", { text: say("heard_heading") }), make("ol", {}, ...heard)] : []),
    make("button", { type: "button", text: say("another"), onclick: () => {
      if (!window.confirm(say("another_sure"))) return;
      kept.clear();
      listener.clear();
      page.start();
    } }));
}
