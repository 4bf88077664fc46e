/* The headphone check: three tones, several times; which one is the quietest? */

import { choice, make } from "../shared/page.js";

export function showHeadphones(page, state) {
  const { kept, say } = page;
  const chosen = kept.facts.tones || []; // answers before a reload
  if (chosen.length === state.sounds.length) return page.go("headphones", { chosen });
  const sound = new Audio();
  sound.volume = kept.facts.volume ?? 1;
  let wasHeard = false, answer = null;
  const play = make("button", { type: "button", class: "lab-play", text: say("play_tones"),
    onclick: () => page.play(sound) });
  play.disabled = true;
  const next = page.button(say("next"), () => {
    next.disabled = true;
    sound.pause();
    kept.change({ tones: [...chosen, answer] });
    showHeadphones(page, state);
  });
  const refresh = () => { next.disabled = !wasHeard || answer === null; };
  sound.onplay = () => { play.textContent = say("playing"); };
  sound.onended = () => {
    wasHeard = true;
    play.textContent = say("play_tones");
    refresh();
  };
  refresh();
  const answers = choice(say("headphones"), say("tones").map((text, place) => [place, text]), null,
    (place) => { answer = place; refresh(); });
  page.show(say("headphones_heading"), page.progress(chosen.length + 1, state.sounds.length),
    page.text(say("headphones_why")), make("div", { class: "lab-transport" }, play), answers, next);
  return page.loadSound(sound, state.sounds[chosen.length], play);
}
