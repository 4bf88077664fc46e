/* Where somebody goes whose part is over: a code to hand in, or an address that is followed. */

import { make } from "../shared/page.js";

const FOLLOWED_AFTER_S = 10;
const TEXTS = { // heading and text, by step
  screened_out: ["screened_out_heading", "screened_out"],
  not_eligible: ["screened_out_heading", "not_eligible"],
  not_open: ["not_open_heading", "not_open"],
  over_quota: ["over_quota_heading", "over_quota"],
  declined: ["declined_heading", "declined"],
};

/* ending : {code, address}, one of them null; null if the study's owner has said nothing */
export function endingOf(page, ending) {
  if (!ending) return [];
  return ending.code ? codeOf(page, ending.code) : addressOf(page, ending.address);
}

export function showOver(page, state) {
  const { say } = page;
  const [heading, text] = TEXTS[reasonOf(state)];
  page.show(say(heading), page.text(say(text)), ...endingOf(page, state.ending),
    ...(state.receipt ? [page.text(say("receipt", { code: state.receipt }))] : []));
}

function reasonOf(state) {
  if (state.is_open === false) return "not_open";
  return state.is_eligible === false ? "not_eligible" : state.step;
}

function codeOf({ say }, code) {
  const copied = make("span", { role: "status" });
  const copy = make("button", { type: "button", text: say("copy_code"), onclick: async () => {
    try {
      await navigator.clipboard.writeText(code);
      copied.textContent = say("code_copied");
    } catch {
      getSelection().selectAllChildren(shown); // no clipboard without https
    }
  } });
  const shown = make("strong", { class: "listen-code", text: code });
  return [make("p", {}, `${say("code")} `, shown), make("p", {}, copy, " ", copied)];
}

/* Followed by itself after a while, unless the listener stays or this is a preview. */
function addressOf({ isPreview, say }, address) {
  const host = URL.canParse?.(address) ? new URL(address).host : address;
  const link = make("a", { class: "listen-onward", href: address, rel: "noreferrer",
    text: say("go_on_at", { host }) });
  if (isPreview) return [make("p", {}, link)];
  const left = make("p", { role: "status", text: say("follows", { seconds: FOLLOWED_AFTER_S }) });
  const leave = setTimeout(() => { if (link.isConnected) location.assign(address); },
    1000 * FOLLOWED_AFTER_S);
  const stay = make("button", { type: "button", text: say("stay"), onclick: () => {
    clearTimeout(leave);
    left.remove();
    stay.remove();
  } });
  return [make("p", {}, link), left, stay];
}
