/* The Studio's player: every version of the clip with its spectrogram, switched at one position. */

"use strict";

RestorationLab.mountPlayer = function ({ element, props, watch }) {
  const { make, SyncEngine, Transport } = RestorationLab;
  const root = element.querySelector(".lab-player");
  const headline = make("p", { class: "lab-headline" });
  const status = make("p", { class: "lab-status", role: "status" });
  const panels = make("div", { class: "lab-panels", role: "group", "aria-label": "Versions" });
  const legend = make("div", { class: "lab-legend" });
  const hint = make("p", { class: "lab-hint",
    text: "Keys 1–9 choose a version, Space plays and pauses. Click a spectrogram to go there." });
  let engine = new SyncEngine(16000);
  const transport = new Transport(engine);
  root.append(headline, transport.row, status, panels, legend, hint);
  root.hidden = true; // until there is a clip

  let panelOf = new Map(); // id -> {box, button, image, playhead, audio, picture}
  let shownClip = null;
  let newest = 0; // numbers the values as they come, so that a late download never wins

  function follow(next) {
    engine.close();
    engine = next;
    engine.onChange = refresh;
    transport.use(engine);
  }
  follow(engine);

  function refresh() {
    transport.refresh();
    const share = engine.duration ? engine.position / engine.duration : 0;
    for (const [id, panel] of panelOf) {
      const chosen = id === engine.chosen;
      panel.box.classList.toggle("lab-chosen", chosen);
      panel.button.setAttribute("aria-pressed", String(chosen));
      panel.playhead.style.left = `${100 * share}%`;
    }
  }

  function buildPanels(value) {
    panelOf = new Map();
    panels.replaceChildren(...value.stimuli.map((stimulus, index) => {
      const image = make("img", { alt: `Spectrogram of ${stimulus.title}`, draggable: "false" });
      image.hidden = true;
      const playhead = make("div", { class: "lab-playhead" });
      const plot = make("div", { class: "lab-plot" }, image, cutoffLine(value), playhead);
      const button = make("button", {
        type: "button", class: "lab-choose", "data-condition": stimulus.id,
        "aria-keyshortcuts": String(index + 1), onclick: () => engine.choose(stimulus.id),
      }, make("kbd", { text: String(index + 1) }), " ", make("span", { text: stimulus.title }));
      plot.addEventListener("click", (event) => {
        const frame = plot.getBoundingClientRect();
        engine.choose(stimulus.id);
        engine.seek(engine.duration * (event.clientX - frame.left) / frame.width);
      });
      const box = make("div", { class: "lab-panel" }, button,
        make("div", { class: "lab-axes" }, frequencyAxis(value), plot, timeAxis(value)));
      panelOf.set(stimulus.id, { box, button, image, playhead, audio: null, picture: null });
      return box;
    }));
  }

  function cutoffLine(value) {
    const line = make("div", { class: "lab-cutoff", title: `${value.cutoff_hz} Hz` },
      make("span", { text: `${value.cutoff_hz / 1000} kHz` }));
    line.style.bottom = `${100 * value.cutoff_hz / value.max_hz}%`;
    return line;
  }

  function frequencyAxis(value) {
    const stepKhz = value.max_hz > 10000 ? 4 : 2;
    const axis = make("div", { class: "lab-frequency-axis", "aria-hidden": "true" });
    for (let khz = 0; khz * 1000 <= value.max_hz; khz += stepKhz) {
      const tick = make("span", { text: khz === 0 ? "0 kHz" : String(khz) });
      tick.style.bottom = `${100 * khz * 1000 / value.max_hz}%`;
      axis.append(tick);
    }
    return axis;
  }

  function timeAxis(value) {
    const steps = [0.5, 1, 2, 5, 10];
    const step = steps.find((s) => value.duration_s / s <= 6) || 10;
    const axis = make("div", { class: "lab-time-axis", "aria-hidden": "true" });
    for (let second = 0; second <= value.duration_s * 0.97; second += step) {
      const tick = make("span", { text: second === 0 ? "0 s" : String(second) });
      tick.style.left = `${100 * second / value.duration_s}%`;
      axis.append(tick);
    }
    return axis;
  }

  function showLegend({ low_db, high_db, colours }) {
    const bar = make("div", { class: "lab-colours" });
    bar.style.background = `linear-gradient(to right, ${colours.join(",")})`;
    legend.replaceChildren(make("span", { text: `${low_db} dBFS` }), bar,
      make("span", { text: `${high_db} dBFS` }),
      make("span", { class: "lab-legend-note", text: "one colour scale for all · dashed: high band" }));
  }

  async function loadSound(stimulus, panel, target) {
    if (panel.audio === stimulus.audio) return;
    panel.audio = stimulus.audio;
    const buffer = await target.fetchBuffer(stimulus.audio);
    if (panelOf.get(stimulus.id) !== panel || panel.audio !== stimulus.audio) return;
    target.setBuffer(stimulus.id, buffer);
  }

  function loadPicture(stimulus, panel) {
    if (!stimulus.picture || panel.picture === stimulus.picture) return;
    panel.picture = stimulus.picture;
    const ahead = new Image(); // the old picture stays until the new one can be drawn
    ahead.onload = () => {
      if (panel.picture !== stimulus.picture) return;
      panel.image.src = ahead.src;
      panel.image.hidden = false;
    };
    ahead.src = stimulus.picture;
  }

  async function show(value) {
    if (!value || !value.stimuli) return;
    const turn = ++newest;
    if (value.clip !== shownClip) {
      shownClip = value.clip;
      follow(new SyncEngine(value.rate));
      engine.chosen = value.stimuli[0].id;
      root.hidden = false;
      headline.textContent = value.headline;
      buildPanels(value);
      showLegend(value.scale);
      status.textContent = "Loading the sound …";
    }
    for (const stimulus of value.stimuli) loadPicture(stimulus, panelOf.get(stimulus.id));
    const target = engine;
    try {
      await Promise.all(value.stimuli.map(
        (stimulus) => loadSound(stimulus, panelOf.get(stimulus.id), target)));
      if (turn === newest) status.textContent = "";
    } catch (error) {
      if (turn === newest) status.textContent = `${error.message} Please reload the page.`;
    }
    root.dataset.ready = String(turn);
    refresh();
  }

  RestorationLab.listenToKeys(root, {
    choose: (index) => engine.choose([...panelOf.keys()][index]),
    toggle: () => engine.toggle(),
  });
  watch("value", () => show(props.value));
  show(props.value);
  RestorationLab.animate(root, () => {
    if (engine.playing) refresh();
    if (!root.offsetParent) engine.pause(); // another tab of the page is in front
  }, () => engine.close());
};
