/* The scripts of the pages: plain modules that the browser loads as they stand. */

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: [".venv/", "artifacts/", "library/", "comparators/.venvs/", "listening_results/"] },
  js.configs.recommended,
  {
    rules: {
      "consistent-return": "error",
      eqeqeq: "error",
      "no-shadow": "error",
      "no-undef": "error",
      "no-unused-vars": "error",
      "no-var": "error",
      "prefer-const": "error",
      "max-lines": ["error", { max: 350, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["ui/assets/**/*.js"], languageOptions: { globals: globals.browser } },
  // Whoever is loaded by listeners knows nothing of the Studio, and the other way round.
  ...["shared", "studio", "listen"].map((folder) => ({
    files: [`ui/assets/${folder}/**/*.js`],
    rules: {
      "no-restricted-imports": ["error", {
        patterns: ["studio", "listen", "shared"].filter((other) => other !== folder)
          .filter((other) => other !== "shared" || folder === "shared")
          .map((other) => `**/${other}/**`),
      }],
    },
  })),
];
