/* Files that the page sends by itself: each is the body of a request. */

import { askJson, sendFile } from "./api.js";

const ORIGINAL = "original";
const AUDIO = /\.(wav|flac|ogg|oga|opus|mp3|aiff?|aifc|au|caf|w64|rf64)$/i;

/* Returns {version: its condition}. */
export function sendVersion(clip, title, file) {
  return sendFile("versions/add", { clip, title, file: file.name }, file);
}

/* hiss : {kind, shape, level_dbfs}; recording : a file of hiss, or undefined
   Returns {id: of the clip with hiss}. */
export function addHiss(clip, hiss, recording) {
  return sendFile("hiss/add", { clip, ...hiss }, recording ?? "");
}

export function removeVersion(clip, version) {
  return askJson("versions/remove", { clip, version });
}

/* A folder with a subfolder for each condition, whose files are called the same: clips with versions.
   files : of a folder that was chosen; onProgress(sentence)
   Returns {clips: ids, problems: sentences}. */
export async function sendFolder(files, onProgress) {
  const { originals, versions } = conditionsIn(files);
  const problems = [...versions].filter(([stem]) => !originals.has(stem))
    .map(([stem]) => `${stem} is left out: no original is called the same.`);
  const clips = [];
  for (const stem of [...originals.keys()].sort()) {
    const file = originals.get(stem);
    onProgress(`Clip ${clips.length + 1} of ${originals.size}: ${stem}`);
    try {
      const { id } = await sendFile("clips/add", { file: file.name }, file);
      clips.push(id);
      for (const [condition, version] of versions.get(stem) ?? []) {
        await sendVersion(id, condition, version)
          .catch((error) => problems.push(`${stem}, ${condition}: ${error.message}`));
      }
    } catch (error) {
      problems.push(`${stem}: ${error.message}`);
    }
  }
  return { clips, problems };
}

/* originals : {stem: file}; versions : {stem: [[condition, file], ...]}
   Throws an error with a sentence for a folder that is none of conditions. */
function conditionsIn(files) {
  const originals = new Map();
  const versions = new Map();
  const found = new Set();
  for (const file of files) {
    const [, condition, ...rest] = file.webkitRelativePath.split("/");
    const name = rest.join("/");
    if (!name || !AUDIO.test(name) || name.split("/").some((part) => part.startsWith("."))) continue;
    const stem = name.replace(/\.[^.]+$/, "");
    found.add(condition);
    if (condition.toLowerCase() === ORIGINAL) originals.set(stem, file);
    else versions.set(stem, [...(versions.get(stem) ?? []), [condition, file]]);
  }
  if (!originals.size || found.size < 2) {
    throw new Error("A folder of versions has a subfolder “original” and one for each version, "
      + "with files of the same names.");
  }
  return { originals, versions };
}
