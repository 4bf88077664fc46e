/* What this browser keeps of a study: a secret, and answers that are not sent yet. */

export class Notebook {
  constructor(name) {
    this.name = name;
    this.facts = {};
    try {
      this.facts = JSON.parse(localStorage.getItem(name)) || {};
      localStorage.setItem(name, JSON.stringify(this.facts));
      this.isKept = true;
    } catch {
      this.isKept = false; // blocked by the browser; the page says so
    }
  }

  change(facts) {
    Object.assign(this.facts, facts);
    if (this.isKept) localStorage.setItem(this.name, JSON.stringify(this.facts));
  }

  clear() {
    this.facts = {};
    this.change({});
  }
}
