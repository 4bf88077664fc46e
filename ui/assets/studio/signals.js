/* What the parts of the Studio tell each other: the list of clips, the workbench, the blind test. */

const PREFIX = "lab-";

export const OPEN = "open"; // {id, play}: a clip is wanted on the workbench
export const OPENED = "opened"; // {id}: it is there; null: none is
export const CLIPS = "clips"; // [{id, title}, ...]: all clips, as they are now
export const VOTE = "vote"; // a blind test of what is open is wanted
export const VOTING = "voting"; // true: the blind test is on the stage; false: it is over

export function tell(signal, detail = null) {
  document.dispatchEvent(new CustomEvent(PREFIX + signal, { detail }));
}

/* element : hears as long as it is in the page */
export function hear(element, signal, listener) {
  const hearing = ({ detail }) => {
    if (element.isConnected) listener(detail);
    else document.removeEventListener(PREFIX + signal, hearing);
  };
  document.addEventListener(PREFIX + signal, hearing);
}
