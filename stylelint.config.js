/* The styles of the pages. */

export default {
  extends: ["stylelint-config-standard"],
  rules: {
    // Short rules stand on one line, one below the other, so that a page's parts fit a screen.
    "declaration-block-single-line-max-declarations": 4,
    "rule-empty-line-before": ["always-multi-line", { except: ["first-nested"], ignore: ["after-comment"] }],
    // Listeners' browsers may be older than the range notation.
    "media-feature-range-notation": "prefix",
  },
};
