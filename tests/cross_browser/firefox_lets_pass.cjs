// Firefox ESR refuses one command that Playwright always sends over WebDriver BiDi; that is let pass.
const Module = require("module");

const compile = Module.prototype._compile;
Module.prototype._compile = function compileWithout(content, filename) {
  const patched = filename.endsWith("coreBundle.js")
    ? content.replaceAll('.send("emulation.setMediaFeaturesOverride"',
      '.sendMayFail("emulation.setMediaFeaturesOverride"')
    : content;
  return compile.call(this, patched, filename);
};
