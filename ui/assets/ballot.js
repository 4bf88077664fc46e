/* One blind trial: listen, rate, prefer, comment, submit. Knows labels only. */

"use strict";

RestorationLab.mountBallot = function ({ element, props, watch, trigger }) {
  const { make, SyncEngine, Transport } = RestorationLab;
  const root = element.querySelector(".lab-ballot");
  let trial = null; // what is on screen

  function show(value) {
    if (!value || !value.trial) return root.replaceChildren();
    if (!trial || trial.id !== value.trial) {
      if (trial) trial.engine.close();
      trial = open(value);
    }
    trial.answered(value);
  }

  function open(value) {
    const engine = new SyncEngine(value.rate);
    const transport = new Transport(engine);
    const ratings = new Map(); // label -> number, once given
    const listenedS = new Map(value.stimuli.map(({ label }) => [label, 0]));
    const switches = new Map(value.stimuli.map(({ label }) => [label, 0]));
    const rows = new Map();
    const voteId = RestorationLab.randomId(); // one for all attempts to save this vote
    let preferred = null;

    const choose = (label) => {
      if (label === undefined || label === engine.chosen) return;
      if (engine.tracks.has(label)) switches.set(label, switches.get(label) + 1);
      engine.choose(label);
      refresh();
    };

    const table = make("div", { class: "lab-ratings" }, ...value.stimuli.map(({ label }, index) => {
      const output = make("output", { text: "not rated" });
      const slider = make("input", {
        type: "range", min: 0, max: 100, step: 1, value: 50, class: "lab-unrated",
        "aria-label": `Rating of ${label}, 0 bad to 100 excellent`, "aria-valuetext": "not rated",
      });
      const rate = () => {
        ratings.set(label, Number(slider.value));
        slider.classList.remove("lab-unrated");
        slider.setAttribute("aria-valuetext", slider.value);
        output.textContent = slider.value;
        refresh();
      };
      slider.addEventListener("input", rate);
      slider.addEventListener("pointerup", rate); // a click on the middle changes nothing else
      const button = make("button", {
        type: "button", class: "lab-choose", "data-label": label,
        "aria-keyshortcuts": String(index + 1), "aria-label": `Listen to ${label}`,
        onclick: () => { choose(label); engine.play(); },
      }, make("kbd", { text: String(index + 1) }), ` ${label}`);
      const radio = make("input", {
        type: "radio", name: `preferred-${value.trial}`, value: label,
        onchange: () => { preferred = label; refresh(); },
      });
      const row = make("div", { class: "lab-rating" }, button,
        make("span", { class: "lab-scale" }, make("span", { text: "bad" }), slider,
          make("span", { text: "excellent" })), output,
        make("label", { class: "lab-prefer" }, radio, " I prefer this one"));
      rows.set(label, { row, button });
      return row;
    }));
    const none = make("input", {
      type: "radio", name: `preferred-${value.trial}`, value: "none",
      onchange: () => { preferred = "none"; refresh(); },
    });
    const comment = make("textarea", {
      rows: 2, maxlength: value.max_comment, "aria-label": "Comment",
      placeholder: "Comment (optional): what did you hear?",
    });
    const status = make("p", { class: "lab-status", role: "status", "aria-live": "polite" });
    const submit = make("button", {
      type: "button", class: "lab-submit", text: "Save my vote", onclick: () => send(),
    });
    const form = make("fieldset", { class: "lab-form" }, table,
      make("label", { class: "lab-prefer lab-none" }, none, " No preference"), comment, submit);
    root.replaceChildren(
      make("p", { class: "lab-headline", text: value.headline }),
      make("p", { class: "lab-hint",
        text: "Same clip, four versions in random order, equally loud. Switch while it plays "
          + "(keys 1–4, Space plays), rate each, then choose the one you prefer." }),
      transport.row, form, status);

    function refresh() {
      transport.refresh();
      for (const [label, { row, button }] of rows) {
        const chosen = label === engine.chosen;
        row.classList.toggle("lab-chosen", chosen);
        button.setAttribute("aria-pressed", String(chosen));
      }
      const unrated = value.stimuli.map((s) => s.label).filter((label) => !ratings.has(label));
      submit.disabled = unrated.length > 0 || preferred === null;
      if (form.disabled) return;
      const todo = [];
      if (unrated.length) todo.push(`rate ${unrated.join(", ")}`);
      if (preferred === null) todo.push("choose the one you prefer");
      status.textContent = todo.length ? `Still to do: ${todo.join("; ")}.` : "Ready to save.";
    }

    function send() {
      form.disabled = true;
      status.classList.remove("lab-error");
      status.textContent = "Saving …";
      trigger("submit", {
        trial: value.trial,
        vote: voteId,
        ratings: Object.fromEntries(ratings),
        preferred,
        comment: comment.value,
        listened_s: Object.fromEntries([...listenedS].map(([k, s]) => [k, Math.round(s * 10) / 10])),
        switches: Object.fromEntries(switches),
      });
    }

    /* What the server said: nothing yet, saved, or why not. */
    function answered({ saved, error }) {
      if (saved) {
        engine.pause();
        form.disabled = true;
        status.textContent = "Your vote is saved. The names are below.";
        status.classList.add("lab-saved");
      } else if (error) {
        form.disabled = false;
        refresh();
        status.textContent = error;
        status.classList.add("lab-error");
      }
    }

    let last = performance.now();
    function tick() {
      const now = performance.now();
      if (engine.playing && engine.chosen !== null) {
        listenedS.set(engine.chosen, listenedS.get(engine.chosen) + (now - last) / 1000);
        transport.refresh();
      }
      last = now;
      if (!root.offsetParent) engine.pause();
    }

    engine.onChange = refresh;
    refresh();
    status.textContent = "Loading the sounds …";
    Promise.all(value.stimuli.map(
      async ({ label, url }) => [label, await engine.fetchSamples(url)])).then((loaded) => {
      engine.setTracks(loaded);
      root.dataset.ready = value.trial;
      refresh();
    }, (error) => { status.textContent = `${error.message} Please start the vote again.`; });

    return { id: value.trial, engine, answered, choose, tick };
  }

  RestorationLab.listenToKeys(root, RestorationLab.keysFor(
    () => trial && trial.engine,
    (index) => trial && trial.choose([...trial.engine.tracks.keys()][index])));
  watch("value", () => show(props.value));
  show(props.value);
  RestorationLab.animate(root, () => trial && trial.tick(), () => trial && trial.engine.close());
};
