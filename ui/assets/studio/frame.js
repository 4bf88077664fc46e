/* The parts of the workbench, and where they stand on the page. */

import { make } from "../shared/page.js";
import { Stage } from "../shared/stage.js";
import { Transport } from "../shared/transport.js";
import { ClipBar } from "./clip-bar.js";
import { menu } from "./menu.js";
import { Overview } from "./overview.js";
import { Pictures } from "./pictures.js";
import { Presets } from "./presets.js";
import { Scores } from "./scores.js";
import { say } from "./texts.js";
import { VersionMenu } from "./version-menu.js";
import { Versions } from "./versions.js";

const KEYS = "Keys: 1–9 version, R residual, S setting A or B, Space plays, L loops, [ and ] set its "
  + "ends, ← → step (Shift: finely), Home rewinds. Click the picture to go there, drag over it to loop.";

/* root : filled with all of it; options : a View; volume : 0 to 1
   told : onFormat, onPart, onChoose, onResidual, onSeek, onRegion, onLoopFrom, onClearLoop, onCut,
       onVote, onVolume, onApply, onShow, onAdded, onNewClip, onProblem; engine(), settings(), clip() : the
       present ones */
export function buildFrame(root, options, volume, told) {
  const small = (text, onclick, more = {}) => make("button", {
    type: "button", class: "lab-small", text, onclick, ...more });
  const bar = new ClipBar(told);
  const versions = new Versions({ onChoose: told.onChoose, onResidual: told.onResidual });
  const overview = new Overview(told.onPart);
  const stage = new Stage({ onSeek: told.onSeek, onRegion: told.onRegion }, { say });
  const pictures = new Pictures({ stage, overview, options });
  const transport = new Transport(told.engine(), { say, volume, onVolume: told.onVolume });
  const clearLoop = small("Clear loop", told.onClearLoop);
  const cut = small("Cut to the loop", told.onCut,
    { title: "Make a clip of its own of the loop, at full quality" });
  const loopMenu = menu("Set loop", small("Start at the playhead ([)", () => told.onLoopFrom(0)),
    small("End at the playhead (])", () => told.onLoopFrom(1)), clearLoop, cut);
  transport.row.append(loopMenu, options.matchLabel, options.menu);
  const scores = new Scores();
  const presets = new Presets({ settings: told.settings, onApply: told.onApply });
  const panels = make("div", { class: "lab-panels" }); // the sliders of each restorer
  const limited = make("p", { class: "lab-hint",
    text: "This clip ends below the cutoff that was set; it is lowered while the clip is open." });
  const problem = make("p", { class: "lab-problem", role: "status" });
  const bench = make("div", { class: "lab-bench" },
    make("div", { class: "lab-settings" }, panels, limited, problem), scores.element);
  const versionMenu = new VersionMenu(told);
  versions.element.append(versionMenu.element, small("Blind test", told.onVote, { id: "start-vote",
    title: "Rate the versions without knowing which is which" }));
  const nothing = make("p", { class: "lab-hint", id: "nothing-yet",
    text: "No clip is open. Generate one, upload one, or choose one of your clips." });
  nothing.hidden = true;
  const status = make("p", { class: "lab-status lab-toast", role: "status" });
  root.before(nothing, status);
  root.append(bar.element, versions.element, overview.element, stage.element, transport.row, bench,
    scores.whole, scores.spoken, presets.element, make("p", { class: "lab-hint lab-keys", text: KEYS }));
  root.hidden = true; // until there is a clip
  return { bar, versions, overview, stage, pictures, transport, clearLoop, cut, scores, presets, panels,
    limited, problem, bench, versionMenu, nothing, status };
}
