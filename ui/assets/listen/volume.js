/* How it works, and a noise by which the listener sets the volume of the device. */

import { make } from "../shared/page.js";

export function showVolume(page, state) {
  const { kept, say } = page;
  const sound = new Audio();
  sound.loop = true;
  sound.volume = kept.facts.volume ?? 1;
  const slider = make("input", { type: "range", class: "lab-volume", min: 0, max: 1, step: 0.01,
    value: sound.volume, oninput: () => {
      sound.volume = Number(slider.value);
      kept.change({ volume: sound.volume });
    } });
  const play = make("button", { type: "button", class: "lab-play", text: say("play_noise"),
    onclick: () => (sound.paused ? page.play(sound) : sound.pause()) });
  play.disabled = true;
  const done = page.button(say("volume_done"), () => {
    done.disabled = true;
    sound.pause();
    page.go("volume", {});
  });
  done.disabled = true;
  const status = make("p", { class: "lab-status", role: "status", text: say("volume_todo") });
  sound.onplaying = () => {
    play.textContent = say("stop_noise");
    status.textContent = "";
    done.disabled = false;
  };
  sound.onpause = () => { play.textContent = say("play_noise"); };
  page.show(say("instructions_heading"), page.text(state.instructions || say("instructions")),
    make("h2", { text: say("volume_heading") }), page.text(say("volume_hint")),
    ...(hasSilentSwitch() ? [page.text(say("volume_silent_mode"))] : []),
    make("div", { class: "lab-transport" }, play,
      make("label", { class: "lab-volume-label" }, `${say("volume")} `, slider)),
    done, status);
  page.loadSound(sound, state.sounds[0], play);
}

/* iPads call themselves Macs, which have no touch screen. */
function hasSilentSwitch() {
  const { userAgent, maxTouchPoints } = navigator;
  return /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}
