/* The first step: what the study is about, in the listener's language, and their agreement. */

import { make, randomId } from "../shared/page.js";

export function showConsent(page, about) {
  const { kept, language, languages, say } = page;
  document.title = about.name;
  page.isPreview = about.is_preview;
  if (!about.is_open) {
    makeToken(kept);
    return page.go("continue", { link: page.link, language });
  }
  const buttons = Object.entries(languages).map(([code, text]) => make("button", {
    type: "button", lang: code, "aria-pressed": String(code === language), text,
    onclick: () => { page.setLanguage(code); showConsent(page, about); },
  }));
  const agree = page.button(say("agree"), () => {
    agree.disabled = true;
    enter(page);
  });
  const decline = make("button", { type: "button", text: say("decline"), onclick: () => {
    kept.change({ link: null });
    page.go("decline", { link: page.link, language: page.language });
  } });
  const told = about.link_names.filter((name) => Object.hasOwn(page.link, name));
  return page.show(about.name,
    make("div", { class: "listen-languages", role: "group", "aria-label": say("language") },
      ...buttons),
    make("h2", { text: say("consent_heading") }),
    page.text(about.consent[language] || say("consent")),
    ...(told.length ? [page.text(say("consent_link", { names: told.join(", ") }))] : []),
    make("p", { class: "lab-hint", text: say("browsers") }),
    ...(kept.isKept ? [] : [page.text(say("no_memory"))]), agree, " ", decline);
}

function enter(page) {
  const { kept, language, listener } = page;
  if (!listener.facts.id) listener.change({ id: randomId() });
  makeToken(kept);
  kept.change({ language, entered: true });
  page.go("enter", { listener_id: listener.facts.id, language, link: page.link }, (error) => {
    kept.change({ entered: false });
    page.showFailed(error);
  });
}

function makeToken(kept) {
  if (!kept.facts.token) kept.change({ token: `${randomId().slice(0, 16)}.${randomId()}` });
}
