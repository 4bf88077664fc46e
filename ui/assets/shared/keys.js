/* The keys of every player, while it is on screen and nobody is typing: 1-9 choose, Space plays,
   L loops, [ and ] set the loop's ends, arrows step, Home rewinds. A control that uses a key itself keeps it. */

const STEP_S = 1, FINE_STEP_S = 0.1;
const MORE_KEYS = ["r", "s"]; // those a player has of its own
const USES_ARROWS = "input, [role=slider], [role=tab], [role=listbox], [role=option]";
const USES_SPACE = "button, a, summary, input, [role=button], [role=tab]";
const IS_TYPED_IN = "input:not([type=range]):not([type=checkbox]):not([type=radio])";

/* player : what keysFor returns; stops by itself when `element` has left the page */
export function listenToKeys(element, player) {
  const actions = actionsOf(player);
  const onKeyDown = (event) => {
    if (!element.isConnected) return stop();
    const action = actions[keyFor(element, event)];
    if (!action) return undefined;
    event.preventDefault();
    return action(event);
  };
  const onKeyUp = (event) => { // a focused button would be clicked by Space as well
    if (event.key === " " && element.isConnected && keyFor(element, event)) event.preventDefault();
  };
  const stop = () => {
    document.removeEventListener("keydown", onKeyDown);
    document.removeEventListener("keyup", onKeyUp);
  };
  document.addEventListener("keydown", onKeyDown);
  document.addEventListener("keyup", onKeyUp);
}

/* What the keys do to an engine; `choose` is the page's own, and may have more keys by their names. */
export function keysFor(currentEngine, choose) {
  return {
    choose,
    toggle: () => currentEngine()?.toggle(),
    toggleLoop: () => currentEngine()?.setLoop(!currentEngine().loop),
    setLoopEnd: (which) => currentEngine()?.setLoopEnd(which),
    step: (seconds) => currentEngine()?.step(seconds),
    rewind: () => currentEngine()?.rewind(),
  };
}

function actionsOf(player) {
  const actions = {
    " ": (event) => event.repeat || player.toggle(),
    l: (event) => event.repeat || player.toggleLoop(),
    "[": (event) => event.repeat || player.setLoopEnd(0),
    "]": (event) => event.repeat || player.setLoopEnd(1),
    ArrowLeft: (event) => player.step(event.shiftKey ? -FINE_STEP_S : -STEP_S),
    ArrowRight: (event) => player.step(event.shiftKey ? FINE_STEP_S : STEP_S),
    Home: () => player.rewind(),
  };
  for (let number = 1; number <= 9; number++) actions[number] = () => player.choose(number - 1);
  for (const key of MORE_KEYS) if (player[key]) actions[key] = (event) => event.repeat || player[key]();
  return actions;
}

/* The key's name, or null if it is not meant for the player. */
function keyFor(element, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !element.offsetParent) return null;
  const target = event.target;
  if (target.closest("textarea, select, [contenteditable=true]")) return null;
  if (target.matches(IS_TYPED_IN)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === " ") {
    const control = target.closest(USES_SPACE);
    const isOurs = !control || element.contains(control) && !control.matches("input, a, summary");
    return isOurs ? key : null;
  }
  return key.length > 1 && target.closest(USES_ARROWS) ? null : key;
}
