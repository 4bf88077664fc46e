/* Questions to the server that survive a lost connection. */

/* The server has answered, and said no. */
export class Refusal extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

export class Connection {
  static TIMEOUT_MS = 20000;
  static PAUSES_S = [1, 2, 4, 8, 15]; // before the next attempt; the last one again and again

  /* root : address under which the routes are; token() : the session's secret
     onLost(seconds, tryNow), onTrying(), onFound() : what the page is to show */
  constructor({ root, token, onLost, onTrying, onFound }) {
    Object.assign(this, { root, token, onLost, onTrying, onFound });
  }

  /* Resolves to what the server tells, however long it takes to reach it; rejects with a Refusal
     only. Routes do the same thing once however often they are asked. */
  async ask(route, body) {
    const options = body === undefined ? { method: "GET" } : {
      method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
    return this._untilAnswered(route, options, (response) => response.json());
  }

  async fetchSound(url) {
    return this._untilAnswered(url, { method: "GET" }, (response) => response.arrayBuffer());
  }

  async _untilAnswered(route, options, read) {
    for (let attempt = 0; ; attempt++) {
      try {
        const found = await this._once(route, options, read);
        if (attempt) this.onFound();
        return found;
      } catch (error) {
        if (error instanceof Refusal) {
          if (attempt) this.onFound();
          throw error;
        }
      }
      const pauses = this.constructor.PAUSES_S;
      await this._pause(pauses[Math.min(attempt, pauses.length - 1)]);
      this.onTrying();
    }
  }

  async _once(route, options, read) {
    const response = await fetch(`${this.root}/${route}`, {
      ...options, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer",
      headers: { ...options.headers, "X-Session": this.token() },
      signal: AbortSignal.timeout(this.constructor.TIMEOUT_MS),
    });
    if (response.ok) return read(response);
    const { error } = await response.json(); // not of our server: as good as no answer
    throw new Refusal(response.status, error);
  }

  /* Until the time is over, the browser is online again, or the listener asks for it. */
  _pause(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(done, 1000 * seconds);
      function done() {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      }
      window.addEventListener("online", done);
      this.onLost(seconds, done);
    });
  }
}
