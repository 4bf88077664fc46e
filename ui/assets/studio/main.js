/* What the Studio's components call when they are put into the page. */

export { mountBallot } from "./ballot.js";
export { mountClipList } from "./clip-list.js";
export { mountWorkbench } from "./workbench.js";
