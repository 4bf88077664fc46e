/* What the workbench asks of the server. Every question says all that it is about. */

const ROOT = "workbench";

/* The server has said no, in a sentence for the user; `status` as in HTTP. */
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.status = status;
  }
}

/* The server cannot be reached. */
export class Unreachable extends Error {}

export const clipView = (place) => askJson("clip", place);
export const scoresOf = (state) => askJson("scores", state);
export const fitOf = (state, restorer, goal) => askJson("fit", { ...state, restorer, goal });

/* One version's samples, and the gains of all that have been restored by now.
   versions : {name: null for the original, else {condition: {parameter: value}}} */
export async function soundOf(place, versions, wanted) {
  const response = await ask("sound", { ...place, versions, wanted });
  const samples = new Float32Array(await response.arrayBuffer());
  const count = Number(response.headers.get("X-Channels"));
  const length = samples.length / count;
  return {
    channels: Array.from({ length: count },
      (_, c) => samples.subarray(c * length, (c + 1) * length)),
    gains: JSON.parse(response.headers.get("X-Gains")),
  };
}

/* The address of a picture or a file. */
export function addressOf(what, asked) {
  return `${ROOT}/${what}?asked=${encodeURIComponent(JSON.stringify(asked))}`;
}

export async function askJson(what, question) {
  return (await ask(what, question)).json();
}

/* asked : what goes with the file, in the address; its answer, as JSON */
export async function sendFile(what, asked, file) {
  const address = addressOf(what, asked).slice(ROOT.length + 1);
  return (await post(address, file, "application/octet-stream")).json();
}

function ask(what, question) {
  return post(what, JSON.stringify(question), "application/json");
}

async function post(what, body, type) {
  let response;
  try {
    response = await fetch(`${ROOT}/${what}`, {
      method: "POST",
      headers: { "Content-Type": type },
      body,
      cache: "no-store",
    });
  } catch {
    throw new Unreachable("The server cannot be reached.");
  }
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({}));
  if (response.status >= 500 && !error) throw new Unreachable("The server does not answer.");
  throw new Refused(error || `The server refused this (${response.status}).`, response.status);
}
