/* The blind vote of the Studio: one trial, whose answers leave by the component's event. */

"use strict";

RestorationLab.mountBallot = function ({ element, props, watch, trigger }) {
  const { make, fetchBytes, Trial } = RestorationLab;
  const root = element.querySelector(".lab-ballot");
  let shown = null; // the Trial on screen

  function show(value) {
    if (!value || !value.trial) return root.replaceChildren();
    if (!shown || shown.trial.id !== value.trial.id) open(value);
    if (value.saved) shown.saved("Your vote is saved. The names are below.");
    else if (value.error) shown.failed(value.error);
  }

  function open({ trial, headline }) {
    shown?.close();
    const opened = new Trial({
      trial,
      words: RestorationLab.WORDS.en,
      submitText: "Save my vote",
      onSubmit: (answers) => trigger("submit", answers),
      fetchSound: fetchBytes,
    });
    shown = opened;
    root.replaceChildren(make("p", { class: "lab-headline", text: headline }), opened.element);
    opened.ready.then(() => { root.dataset.ready = trial.id; }, (error) => {
      opened.status.textContent = `${error.message} Please start the vote again.`;
    });
  }

  RestorationLab.listenToKeys(root, RestorationLab.keysFor(
    () => shown?.engine, (index) => shown?.chooseAt(index)));
  watch("value", () => show(props.value));
  show(props.value);
  RestorationLab.animate(root, () => {
    shown?.tick();
    if (!root.offsetParent) shown?.engine.pause(); // another tab of the page is in front
  }, () => shown?.close());
};
