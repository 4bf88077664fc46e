/* One trial of the session, and what becomes of its answers. */

import { make } from "../shared/page.js";
import { Trial } from "../shared/trial.js";
import { UNEXPLAINED } from "./connection.js";

export function showTrial(page, state) {
  const { kept, say } = page;
  const { draft } = kept.facts;
  const trial = new Trial({
    trial: state.trial,
    say,
    submitText: say("next"),
    onSubmit: (answers) => sendAnswers(page, trial, answers),
    fetchSound: (url) => page.connection.fetchSound(url),
    volume: kept.facts.volume ?? 1,
    onVolume: (volume) => kept.change({ volume }),
    draft: draft && draft.trial === state.trial.id ? draft : null,
    onDraft: (given) => kept.change({ draft: given }),
  });
  page.trial = trial;
  const where = state.trial.is_training ? make("p", { class: "lab-notice", text: say("training") })
    : page.progress(state.number, state.total);
  const box = make("div", { class: "lab-ballot" }, trial.element);
  const skip = make("a", { class: "lab-skip", href: "#", text: say("skip"), onclick: (event) => {
    event.preventDefault(); // the address stays that of the study
    trial.form.focus();
  } });
  page.show(say("trial_heading"), skip, where, box);
  trial.ready.then(() => {
    box.dataset.ready = state.trial.id;
    if (page.trial === trial) page.connection.fetchEarly(state.trial.ahead);
  }, (error) => {
    if (page.trial === trial) page.mendSound(error);
  });
}

/* A link that saves the answers on the listener's own device. */
export function answersLink({ address, kept, say, trial }) {
  const data = JSON.stringify({ page: address, session: kept.facts.token.split(".")[0],
    ...trial.answers() }, null, 2);
  const file = new Blob([data], { type: "application/json" });
  return make("a", { class: "lab-download", text: say("download"),
    download: `answers-${trial.trial.id}.json`, href: URL.createObjectURL(file) });
}

function sendAnswers(page, sent, answers) {
  const { say } = page;
  page.go("answer", answers, async (error) => {
    if (error.status === 503 || error.code === UNEXPLAINED) {
      sent.failed(error.status === 503 ? say("not_saved") : page.explained(error));
      return sent.status.append(" ", answersLink(page));
    }
    if (error.status === 403) return sent.failed(say("unknown_session"));
    sent.failed(say("refused_answer", { sentence: page.explained(error) }));
    const state = await page.connection.ask("state", {}).catch(() => null);
    const isElsewhere = state && state.trial?.id !== sent.trial.id; // answered on another page
    return isElsewhere && page.showStep(state);
  });
}
