/* A questionnaire: all of its questions on one page. Answers stay through a reload. */

import { choice, make } from "../shared/page.js";

const FIELDS = { single: singleOf, multiple: multipleOf, scale: scaleOf, number: numberOf, text: textOf };

export function showQuestions(page, state) {
  const { kept, say } = page;
  // An owner's id may be the name of something that every object has.
  const answers = Object.assign(Object.create(null), kept.facts.answers?.[state.part]);
  const answer = (id) => (value) => {
    answers[id] = value;
    kept.change({ answers: { ...kept.facts.answers, [state.part]: answers } });
    status.textContent = "";
  };
  const status = make("p", { class: "lab-status", role: "alert" });
  const fields = state.questions.map((one) => FIELDS[one.kind](page, one, answers[one.id], answer(one.id)));
  const refuse = (error) => {
    next.disabled = false;
    if (error.status !== 400 && error.status !== 413) return page.showFailed(error);
    status.className = "lab-status lab-error";
    status.textContent = page.explained(error);
    return status;
  };
  const next = page.button(say("next"), () => {
    const place = state.questions.findIndex((one) => one.is_required && isEmpty(answers[one.id]));
    if (place >= 0) {
      refuse(unanswered(state.questions[place]));
      return fields[place].querySelector("input, textarea").focus();
    }
    next.disabled = true;
    return page.go("questions", { part: state.part, answers }, refuse);
  });
  page.show(say(`questions_${state.part}`), ...fields, status, next);
}

function unanswered({ text }) {
  return { status: 400, code: "question_unanswered", values: { question: text } };
}

function isEmpty(value) {
  return value === undefined || value === null || value.length === 0
    || (typeof value === "string" && value.trim() === "");
}

function titleOf({ say }, question) {
  return question.is_required ? question.text : `${question.text} ${say("optional")}`;
}

function singleOf(page, question, given, answer) {
  const choices = question.choices.map((text, place) => [place, text]);
  const field = choice(titleOf(page, question), choices, given, answer);
  field.classList.add("listen-question");
  return field;
}

function multipleOf(page, question, given = [], answer) {
  const chosen = new Set(given);
  const boxes = question.choices.map((text, place) => {
    const box = make("input", { type: "checkbox", onchange: () => {
      if (box.checked) chosen.add(place); else chosen.delete(place);
      answer([...chosen]);
    } });
    box.checked = chosen.has(place);
    return make("label", {}, box, ` ${text}`);
  });
  return make("fieldset", { class: "lab-choice listen-question" },
    make("legend", { text: titleOf(page, question) }), ...boxes);
}

function scaleOf(page, question, given, answer) {
  const { low, high } = question;
  const points = Array.from({ length: high - low + 1 }, (_, step) => [low + step, `${low + step}`]);
  const field = choice(titleOf(page, question), points, given, answer);
  field.classList.add("listen-question", "listen-scale");
  const labels = field.querySelectorAll("label");
  if (question.low_text) labels[0].append(` (${question.low_text})`);
  if (question.high_text) labels[labels.length - 1].append(` (${question.high_text})`);
  return field;
}

function numberOf(page, question, given, answer) {
  const input = make("input", { type: "number", step: "any", value: given ?? "",
    ...(question.low === null ? {} : { min: question.low }),
    ...(question.high === null ? {} : { max: question.high }),
    oninput: () => answer(numberIn(input)) });
  return labelled(page, question, input, rangeOf(page, question));
}

function textOf(page, question, given, answer) {
  const input = make("textarea", { rows: 3, maxlength: question.max_length,
    oninput: () => answer(input.value) });
  input.value = given ?? "";
  return labelled(page, question, input);
}

/* A number, nothing, or what the server will say is none. */
function numberIn(input) {
  if (input.validity.badInput) return "?";
  return Number.isNaN(input.valueAsNumber) ? null : input.valueAsNumber;
}

function rangeOf({ say }, { low, high }) {
  if (low === null && high === null) return "";
  if (high === null) return say("range_from", { low });
  return low === null ? say("range_to", { high }) : say("range_between", { low, high });
}

function labelled(page, question, input, hint = "") {
  return make("label", { class: "listen-question" },
    make("span", { text: titleOf(page, question) }), input, ...(hint ? [make("small", { text: hint })] : []));
}
