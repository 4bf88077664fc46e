/* From the list of clips to the player: the clip that was asked for begins to play by itself. */

const EVENT = "lab-play";

/* The next clip with this id that the player shows is to be played. */
export function playNext(clipId) {
  document.dispatchEvent(new CustomEvent(EVENT, { detail: clipId }));
}

export function onPlayNext(listener) {
  document.addEventListener(EVENT, ({ detail }) => listener(detail));
}
