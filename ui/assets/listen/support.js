/* Whether this browser can do what the page needs; asked before anything else. */

/* The youngest of what is used: Chrome and Edge 111, Firefox 113, Safari 16.2. */
export function isSupported() {
  return typeof window.AudioContext === "function"
    && typeof window.OfflineAudioContext === "function"
    && typeof window.ConstantSourceNode === "function"
    && typeof window.AbortSignal?.timeout === "function"
    && typeof Object.hasOwn === "function"
    && CSS.supports("color", "color-mix(in srgb, red 50%, blue)");
}
