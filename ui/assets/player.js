/* The Studio's player: every version of the clip, switched at one position, with its picture. */

"use strict";

RestorationLab.mountPlayer = function ({ element, props, watch }) {
  const { make, choice, decibels, fetchBytes, peakOf, SyncEngine, Transport, Stage } = RestorationLab;
  const root = element.querySelector(".lab-player");
  const BOOSTS_DB = [0, 12, 24, 36];
  const CEILING_DBFS = -1; // no boost drives a residual's peaks higher

  let engine = new SyncEngine(16000);
  let value = null; // what the server said last
  let newest = 0; // numbers the values as they come, so that a late download never wins
  let cards = new Map(); // id -> {box, button, gain, thumbnail, audio}
  const view = { axis: "linear", shown: "level", matched: true, boostDb: 24 };

  const headline = make("p", { class: "lab-headline" });
  const status = make("p", { class: "lab-status", role: "status" });
  const transport = new Transport(engine);
  const stage = new Stage({
    onSeek: (seconds) => engine.seek(seconds),
    onRegion: (start, end) => engine.setRegion(start, end),
  });
  const caption = make("p", { class: "lab-caption" });
  const wholeClip = make("button", {
    type: "button", class: "lab-small", text: "Loop the whole clip", onclick: () => engine.setRegion(),
  });
  const match = make("input", { type: "checkbox", onchange: () => {
    view.matched = match.checked;
    applyGains();
  } });
  match.checked = view.matched;
  const matchLabel = make("label", { class: "lab-check" }, match, " Match loudness");
  const options = make("div", { class: "lab-options" }, matchLabel,
    choice("Boost of what was removed", BOOSTS_DB.map((db) => [db, `+${db} dB`]), view.boostDb,
      (db) => { view.boostDb = db; applyGains(); }),
    choice("Frequency axis", [["linear", "linear"], ["log", "log"], ["mel", "mel"]], view.axis,
      (axis) => { view.axis = axis; showPictures(); }),
    choice("Picture", [["level", "level"], ["change", "change from the original"]], view.shown,
      (shown) => { view.shown = shown; showPictures(); }));
  const legend = make("div", { class: "lab-legend" });
  const versions = make("div", { class: "lab-cards", role: "group", "aria-label": "Versions" });
  const removed = make("div", { class: "lab-cards", role: "group",
    "aria-label": "What was removed" });
  const removedLabel = make("p", { class: "lab-cards-label", text: "What each one removed:" });
  const download = make("a", { class: "lab-download", download: "",
    text: "Download all of these sounds and their scores (ZIP)" });
  const hint = make("p", { class: "lab-hint", text: "Keys: 1–9 choose, Space plays, L loops, "
    + "← → step (Shift: finely), Home rewinds. Click the picture to go there, drag over it to loop." });
  root.append(headline, versions, removed, transport.row, status, caption, stage.element, legend,
    options, hint, download);
  root.hidden = true; // until there is a clip

  function follow(next) {
    engine.close();
    transport.use(next);
    engine = next;
    engine.onChange = refresh;
  }

  function refresh() {
    transport.refresh();
    stage.setPosition(engine.position);
    stage.setRegion(engine.region && engine.region.map((frame) => frame / engine.rate));
    stage.element.classList.toggle("lab-looping", engine.loop);
    wholeClip.hidden = !engine.region;
    for (const [id, card] of cards) {
      const chosen = id === engine.chosen;
      card.box.classList.toggle("lab-chosen", chosen);
      card.button.setAttribute("aria-pressed", String(chosen));
    }
    if (shownOnStage !== engine.chosen) showStage();
  }

  let shownOnStage = null;
  function showStage() {
    shownOnStage = engine.chosen;
    const stimulus = value && value.stimuli.find(({ id }) => id === engine.chosen);
    if (!stimulus) return;
    const track = engine.tracks.get(stimulus.id);
    const original = engine.tracks.get(value.stimuli[0].id);
    if (track && original) { // as high as the original, which fills the strip
      stage.setWave(track.samples, track.gain / (original.gain * peakOf(original.samples) || 1));
    }
    stage.setPicture(pictureOf(stimulus), `Spectrogram of ${stimulus.title}`);
    caption.replaceChildren(make("strong", { text: stimulus.title }), " ",
      make("span", { text: track ? `at ${decibels(20 * Math.log10(track.gain))}` : "" }),
      make("a", { class: "lab-download", href: stimulus.audio, text: "Download this sound (WAV)",
        download: `${value.clip.replace("@", "-")}-${stimulus.id}.wav` }), wholeClip);
    showLegend(value.scales[shownOf(stimulus)], shownOf(stimulus));
  }

  const shownOf = (stimulus) => (stimulus.pictures[view.shown] ? view.shown : "level");
  const pictureOf = (stimulus) => stimulus.pictures[shownOf(stimulus)][view.axis];

  function showPictures() {
    for (const stimulus of value.stimuli) {
      const card = cards.get(stimulus.id);
      const address = pictureOf(stimulus);
      if (card.thumbnail.dataset.address === address) continue;
      card.thumbnail.dataset.address = address;
      const ahead = new Image(); // the old picture stays until the new one can be drawn
      ahead.onload = () => {
        if (card.thumbnail.dataset.address !== address) return;
        card.thumbnail.src = ahead.src;
        card.thumbnail.hidden = false;
      };
      ahead.src = address;
    }
    stage.setAxis(value.axes[view.axis], value.cutoff_hz);
    showStage();
  }

  function showLegend({ low_db, high_db, unit, colours }, shown) {
    const signed = (number) => String(number).replace("-", "−");
    const bar = make("div", { class: "lab-colours" });
    bar.style.background = `linear-gradient(to right, ${colours.join(",")})`;
    const middle = shown === "change" ? " · blue: less than in the original, red: more" : "";
    legend.replaceChildren(make("span", { text: `${signed(low_db)} ${unit}` }), bar,
      make("span", { text: `${signed(high_db)} ${unit}` }), make("span", { class: "lab-legend-note",
        text: `one colour scale for all${middle} · dashed: lower edge of the high band` }));
  }

  /* The gain of every version, from the server's figures and the listener's choice. */
  function gainDb(stimulus) {
    if (stimulus.is_residual) {
      const peak = peakOf(engine.tracks.get(stimulus.id).samples);
      return Math.min(view.boostDb, CEILING_DBFS - 20 * Math.log10(peak));
    }
    const { matched, plain } = stimulus.gain_db;
    return view.matched && matched !== null ? matched : plain;
  }

  function applyGains() {
    const canMatch = value.stimuli.every((s) => s.is_residual || s.gain_db.matched !== null);
    match.disabled = !canMatch;
    matchLabel.title = canMatch ? "All versions as loud as the original (BS.1770)"
      : "A version is too quiet to have a loudness (below −70 LUFS).";
    for (const stimulus of value.stimuli) {
      if (!engine.tracks.has(stimulus.id)) continue;
      const db = gainDb(stimulus);
      engine.setGain(stimulus.id, 10 ** (db / 20));
      const isLimited = stimulus.is_residual && db < view.boostDb;
      const { gain } = cards.get(stimulus.id);
      gain.textContent = `${decibels(db)}${isLimited ? " (peak)" : ""}`;
      gain.title = isLimited ? `A boost of +${view.boostDb} dB would clip.` : "";
    }
    showStage();
  }

  function buildCards() {
    cards = new Map();
    const built = value.stimuli.map((stimulus, index) => {
      const thumbnail = make("img", { alt: "", draggable: "false" });
      thumbnail.hidden = true;
      const gain = make("span", { class: "lab-gain" });
      const key = index < 9 ? [make("kbd", { text: String(index + 1) }), " "] : [];
      const button = make("button", {
        type: "button", class: "lab-choose", "data-condition": stimulus.id,
        "aria-keyshortcuts": String(index + 1), onclick: () => engine.choose(stimulus.id),
      }, make("span", { class: "lab-thumbnail" }, thumbnail),
      make("span", { class: "lab-name" }, ...key, make("span", { text: stimulus.title }), " ", gain));
      const box = make("div", { class: "lab-card" }, button);
      cards.set(stimulus.id, { box, button, gain, thumbnail, audio: null });
      return box;
    });
    versions.replaceChildren(...built.filter((_, i) => !value.stimuli[i].is_residual));
    removed.replaceChildren(removedLabel,
      ...built.filter((_, i) => value.stimuli[i].is_residual));
  }

  /* The sounds that are new, the one being heard first; each group is swapped in at once. */
  async function loadSounds(target, turn) {
    const wanted = value.stimuli.filter(({ id, audio }) => cards.get(id).audio !== audio);
    const first = wanted.filter(({ id }) => id === target.chosen);
    const others = wanted.filter(({ id }) => id !== target.chosen);
    for (const group of [first, others]) {
      if (!group.length) continue;
      const loaded = await Promise.all(group.map(
        async ({ id, audio }) => [id, await target.decode(await fetchBytes(audio))]));
      if (turn !== newest || target !== engine) return;
      for (const { id, audio } of group) cards.get(id).audio = audio;
      target.setTracks(loaded);
      applyGains();
      playIfWanted();
    }
  }

  let playWanted = null; // id of a clip that is to be played as soon as it is here
  const playIfWanted = () => {
    if (value && engine.tracks.size && value.clip.split("@")[0] === playWanted) {
      playWanted = null;
      engine.play();
    }
  };
  document.addEventListener("lab-play", ({ detail }) => {
    if (!root.isConnected) return;
    playWanted = detail;
    playIfWanted();
  });

  async function show(next) {
    if (!next || !next.stimuli) return close();
    if (value && next.opened_as < value.opened_as) return;
    const turn = ++newest;
    const isOther = !value || next.opened_as !== value.opened_as;
    value = next;
    if (isOther) {
      follow(new SyncEngine(value.rate));
      engine.chosen = value.stimuli[0].id;
      shownOnStage = null;
      stage.setDuration(value.duration_s);
      buildCards();
      status.textContent = "Loading the sound …";
    }
    root.hidden = false;
    headline.textContent = value.headline;
    download.href = value.bundle;
    try {
      await loadSounds(engine, turn);
    } catch (error) {
      if (turn === newest) status.textContent = `${error.message} Please reload the page.`;
      return;
    }
    if (turn !== newest) return;
    status.textContent = "";
    showPictures();
    root.dataset.ready = String(turn);
    refresh();
  }

  function close() {
    newest += 1;
    engine.pause();
    root.hidden = true;
    delete root.dataset.ready;
  }

  RestorationLab.listenToKeys(root, RestorationLab.keysFor(
    () => engine, (index) => engine.choose([...cards.keys()][index])));
  engine.onChange = refresh;
  watch("value", () => show(props.value));
  show(props.value);
  RestorationLab.animate(root, () => {
    if (engine.playing) {
      transport.refresh();
      stage.setPosition(engine.position);
    }
    if (!root.offsetParent) engine.pause(); // another tab of the page is in front
  }, () => engine.close());
};
