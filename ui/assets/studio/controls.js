/* The sliders of one restorer, and what can be done with its setting. */

import { make } from "../shared/page.js";

const GOALS = [["log-mel", "log-mel ≤ 0.20"], ["noise", "residual stays noise"]];

export class Controls {
  /* told : {onInput(name, value) while a slider moves, onChange() once it rests, onFit("log-mel" or
       "noise"), onSnapshot(), onSlot("A" or "B"), onReset(), onTruth()} */
  constructor(slug, restorer, told) {
    this.rows = restorer.parameters.map((parameter) => new Row({ slug, title: restorer.title }, parameter, told));
    const basic = this.rows.filter((row) => !row.parameter.advanced);
    const advanced = this.rows.filter((row) => row.parameter.advanced);
    this.goal = make("select", { id: `${slug}-goal`, class: "lab-goal", "aria-label": "Goal of Auto-fit" },
      ...GOALS.map(([value, text]) => make("option", { value, text })));
    this.fit = button("Auto-fit", () => told.onFit(this.goal.value), {
      id: `${slug}-fit`,
      title: `The strongest ${restorer.strength} with a log-mel distance within the report’s limit, `
        + "or with a residual that stays noise",
    });
    this.fit.hidden = this.goal.hidden = !restorer.strength;
    const byTruth = button("By known truth", () => told.onTruth(), { id: `${slug}-by-truth`,
      title: "The setting that came nearest to clean clips to which hiss had been added" });
    byTruth.hidden = !restorer.by_truth;
    this.slots = ["A", "B"].map((slot) => button(slot, () => told.onSlot(slot), {
      "aria-label": `Setting ${slot} of ${restorer.title}`, "aria-keyshortcuts": "S" }));
    this.slotGroup = make("span", { class: "lab-slots", role: "group",
      "aria-label": `Settings of ${restorer.title}` }, ...this.slots);
    this.snapshot = button("Snapshot", () => told.onSnapshot(), {
      title: "Keep this setting as A and go on with B; S switches between them" });
    const actions = make("div", { class: "lab-actions" }, this.fit, this.goal, this.snapshot, this.slotGroup,
      button("Reset", () => told.onReset(), { title: "Back to the default values, the report’s where it has them" }),
      byTruth);
    actions.hidden = !restorer.parameters.length;
    this.element = make("section", { class: "lab-controls", "aria-label": `Settings, ${restorer.title}` },
      actions,
      ...(restorer.note ? [make("p", { class: "lab-hint lab-note", text: restorer.note })] : []),
      make("div", { class: "lab-params" }, ...basic.map(({ element }) => element),
        ...(advanced.length ? [make("details", { class: "lab-advanced" },
          make("summary", { text: "Advanced" }), ...advanced.map(({ element }) => element))] : [])));
  }

  /* values : {parameter: value} */
  show(values, active, hasSnapshot) {
    for (const row of this.rows) row.show(values[row.parameter.name]);
    this.slotGroup.hidden = !hasSnapshot;
    this.snapshot.textContent = hasSnapshot ? "New snapshot" : "Snapshot";
    this.slots.forEach((slot, k) => slot.setAttribute("aria-pressed", String("AB"[k] === active)));
  }
}

function button(text, onclick, attributes) {
  return make("button", { type: "button", class: "lab-small", text, onclick, ...attributes });
}

/* One parameter: a number and a slider, a tick, or a choice. */
class Row {
  constructor({ slug, title }, parameter, { onInput, onChange }) {
    this.parameter = parameter;
    const { name, label, help, choices } = parameter;
    const id = `${slug}-${name}`;
    const hint = make("span", { class: "lab-unseen", id: `${id}-help`, text: help });
    const named = { "aria-label": `${label}, ${title}`, "aria-describedby": `${id}-help` };
    const change = (value) => { onInput(name, value); onChange(); };
    this.inputs = choices ? [this._choice(named, change)] : this._number(named, onInput, onChange);
    const reset = make("button", { type: "button", class: "lab-reset", text: "↺",
      "aria-label": `Reset ${label}, ${title}`, title: "Reset to the default value",
      onclick: () => change(parameter.default) });
    this.element = make("div", { class: "lab-param", id, title: help },
      make("span", { class: "lab-param-name" }, `${label} `, make("code", { text: name })),
      ...this.inputs, reset, hint);
  }

  show(value) {
    for (const input of this.inputs) {
      if (input.type === "checkbox") input.checked = value;
      else if (input !== document.activeElement || input.type === "range") input.value = String(value);
    }
  }

  _number(named, onInput, onChange) {
    const { name, low, high, step } = this.parameter;
    const limits = { min: low, max: high, step };
    const read = (text) => {
      const value = Number(text);
      return text.trim() !== "" && Number.isFinite(value) ? Math.min(Math.max(value, low), high) : null;
    };
    const number = make("input", { type: "number", ...limits, ...named,
      onchange: () => {
        const value = read(number.value);
        if (value === null) return onChange(); // shows what stands
        onInput(name, value);
        number.value = String(value);
        return onChange();
      } });
    const slider = make("input", { type: "range", ...limits, ...named,
      oninput: () => onInput(name, Number(slider.value)),
      onchange: () => onChange() });
    return [number, slider];
  }

  _choice(named, change) {
    const { choices } = this.parameter;
    if (typeof choices[0] === "boolean") {
      const tick = make("input", { type: "checkbox", ...named, onchange: () => change(tick.checked) });
      return tick;
    }
    const select = make("select", { ...named, onchange: () => change(choices[select.selectedIndex]) },
      ...choices.map((value) => make("option", { value, text: String(value) })));
    return select;
  }
}
