/* Auto-fit: the strongest setting of one restorer within the limit of its goal. */

import { fitOf } from "./api.js";

/* The parameters that a fit leaves as they are, as text. */
export function restOf(values, strength) {
  return JSON.stringify(Object.entries(values).filter(([name]) => name !== strength));
}

/* goal : "log-mel" or "noise"
   show(fit) : what is known by now, {sentence, curve: SVG}; value() : of the setting now, as text
   Returns the value of the strength that was found; null if there is none, or if a slider has been
   moved meanwhile, which is newer. */
export async function fitted(state, slug, goal, { show, value }) {
  const before = value();
  show({ sentence: "Looking for the strongest setting …", curve: "" });
  let fit = null;
  try {
    fit = await fitOf(state, slug, goal);
  } catch (error) {
    fit = { sentence: error.message, curve: "", value: null };
  }
  show(fit);
  return before === value() ? fit.value : null;
}
