/* Questions to the server that survive a lost connection, and a server that is away or busy. */

export const UNEXPLAINED = "server_broken";
const AWAY = [502, 503, 504]; // what a proxy says while there is no server behind it
const BUSY = 429;

/* The server has answered, and said no.

   code, values : why, in the message catalogue; UNEXPLAINED if it did not say why */
export class Refusal extends Error {
  constructor(status, { error, code, values }) {
    super(error);
    Object.assign(this, { status, code, values });
  }
}

class Busy extends Error {
  constructor(seconds) {
    super();
    this.seconds = seconds;
  }
}

export class Connection {
  static TIMEOUT_MS = 20000;
  static PAUSES_S = [1, 2, 4, 8, 15]; // before the next attempt; the last one again and again
  static UNEXPLAINED_TRIES = 3;
  static BUSY_S = { usual: 5, longest: 120 }; // if a busy server does not say, or says too much

  /* root : address under which the routes are; token() : the session's secret
     onWait(reason, seconds, tryNow), onTrying(), onFound() : what the page is to show; the reason
       is "lost", "busy" or "failing" */
  constructor({ root, token, onWait, onTrying, onFound }) {
    Object.assign(this, { root, token, onWait, onTrying, onFound });
    this.early = new Map(); // url -> promise of its bytes, or of null
  }

  /* Resolves to what the server tells, however long it takes to reach it; rejects with a Refusal
     only. Routes do the same thing once however often they are asked. */
  async ask(route, body) {
    const options = body === undefined ? { method: "GET" } : {
      method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    return this._untilAnswered(route, options, (response) => response.json());
  }

  /* The bytes of a sound, perhaps fetched before. */
  async fetchSound(url) {
    const early = await this.early.get(url);
    this.early.delete(url);
    return early ?? this._untilAnswered(url, { method: "GET" }, bytesOf);
  }

  /* Fetch what will be asked for next; where that fails, it is simply asked for again then. */
  fetchEarly(urls) {
    this.early = new Map(urls.map((url) => [url,
      this._once(url, { method: "GET" }, bytesOf).catch(() => null)]));
  }

  async _untilAnswered(route, options, read) {
    let unexplained = 0;
    for (let attempt = 0; ; attempt++) {
      try {
        const found = await this._once(route, options, read);
        if (attempt) this.onFound();
        return found;
      } catch (error) {
        if (error.code === UNEXPLAINED) unexplained += 1;
        const isTriedAgain = error.code === UNEXPLAINED
          && unexplained < this.constructor.UNEXPLAINED_TRIES;
        if (error instanceof Refusal && !isTriedAgain) {
          if (attempt) this.onFound();
          throw error;
        }
        await this._pause(error, attempt);
      }
      this.onTrying();
    }
  }

  async _once(route, options, read) {
    const response = await fetch(`${this.root}/${route}`, {
      ...options, cache: "no-store", credentials: "same-origin", referrerPolicy: "no-referrer",
      headers: { ...options.headers, "X-Session": this.token() },
      signal: AbortSignal.timeout(this.constructor.TIMEOUT_MS),
    });
    if (response.ok) return read(response);
    const { status } = response;
    const told = parsed(await response.text());
    if (status === BUSY) throw new Busy(this._secondsToWait(response));
    if (typeof told?.error === "string") throw new Refusal(status, told);
    if (AWAY.includes(status)) throw new Error(`The server is away (${status}).`);
    throw new Refusal(status, { error: `Error ${status}`, code: UNEXPLAINED, values: { status } });
  }

  /* Retry-After is a number of seconds or a date. */
  _secondsToWait(response) {
    const { usual, longest } = this.constructor.BUSY_S;
    const told = response.headers.get("Retry-After");
    const seconds = told === null ? NaN : Number(told);
    const wait = Number.isNaN(seconds) ? (Date.parse(told) - Date.now()) / 1000 : seconds;
    return Number.isNaN(wait) ? usual : Math.min(Math.max(1, Math.ceil(wait)), longest);
  }

  /* Until the time is over, the browser is online again, or the listener asks for it. */
  _pause(error, attempt) {
    const { PAUSES_S } = this.constructor;
    const isBusy = error instanceof Busy;
    const reason = isBusy ? "busy" : error instanceof Refusal ? "failing" : "lost";
    const seconds = isBusy ? error.seconds : PAUSES_S[Math.min(attempt, PAUSES_S.length - 1)];
    return new Promise((resolve) => {
      const timer = setTimeout(done, 1000 * seconds);
      function done() {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      }
      window.addEventListener("online", done);
      this.onWait(reason, seconds, done);
    });
  }
}

function bytesOf(response) {
  return response.arrayBuffer();
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
