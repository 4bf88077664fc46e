/* What stands below the stage for each version: its sliders, or what there is to say of a file. */

import { Controls } from "./controls.js";
import { FilePanel } from "./file-panel.js";

/* view : what the server says of the open clip; settings : a Settings; changes : a Changes
   onRemove(slug) : of a file
   Returns a Map: condition -> Controls or FilePanel. */
export function panelsOf({ restorers, files }, settings, changes, onRemove) {
  const controls = ([slug, restorer]) => [slug, new Controls(slug, restorer, {
    onInput: (name, value) => { settings.set(slug, name, value); changes.moved(slug); },
    onChange: () => changes.settled(),
    onFit: (goal) => changes.fit(slug, goal),
    onTruth: () => changes.set(slug, () => settings.setAll({ [slug]: restorer.by_truth })),
    onSnapshot: () => changes.set(slug, () => settings.snapshot(slug)),
    onSlot: (slot) => changes.switchSlot(slug, slot),
    onReset: () => changes.set(slug, () => settings.reset(slug)),
  })];
  const panel = ([slug, file]) => [slug, new FilePanel(file, () => onRemove(slug))];
  return new Map([...Object.entries(restorers).map(controls), ...Object.entries(files).map(panel)]);
}
