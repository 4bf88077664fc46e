/* The settings of every restorer, each in a slot A and, after a snapshot, a slot B. */

export class Settings {
  /* kept : what `kept` gave in an earlier visit, or anything else */
  constructor(kept) {
    this.restorers = {}; // condition -> what the server says of its parameters
    this.slots = {}; // condition -> {active: "A" or "B", A: {parameter: value}, B: the same or null}
    for (const [slug, slot] of Object.entries(kept ?? {})) {
      const isWhole = slot && typeof slot === "object" && typeof slot.A === "object";
      if (isWhole) this.slots[slug] = { active: slot.B && slot.active === "B" ? "B" : "A", A: slot.A ?? {}, B: slot.B ?? null };
    }
  }

  get kept() {
    return this.slots;
  }

  /* The parameters of the open clip: some end at half its sample rate. */
  use(restorers) {
    this.restorers = restorers;
    for (const slug of Object.keys(restorers)) this.slots[slug] ??= { active: "A", A: {}, B: null };
  }

  get slugs() {
    return Object.keys(this.restorers);
  }

  active(slug) {
    return this.slots[slug].active;
  }

  hasSnapshot(slug) {
    return this.slots[slug].B !== null;
  }

  /* All parameters of one slot, within their limits; what was never set has its default. */
  values(slug, slot = this.active(slug)) {
    const set = this.slots[slug][slot];
    return Object.fromEntries(this.restorers[slug].parameters.map(
      (parameter) => [parameter.name, legal(parameter, set[parameter.name])]));
  }

  /* {condition: {parameter: value}} of the slots that are active. */
  all() {
    return Object.fromEntries(this.slugs.map((slug) => [slug, this.values(slug)]));
  }

  /* Whether a limit of the open clip changes what was set. */
  isLimited(slug) {
    const set = this.slots[slug][this.active(slug)];
    return this.restorers[slug].parameters.some(
      ({ name, high }) => high !== undefined && set[name] > high);
  }

  set(slug, name, value) {
    this.slots[slug][this.active(slug)][name] = value;
  }

  /* values : {condition: {parameter: value}}, for the active slots */
  setAll(values) {
    for (const [slug, ofSlug] of Object.entries(values)) {
      if (this.slots[slug]) this.slots[slug][this.active(slug)] = { ...ofSlug };
    }
  }

  reset(slug) {
    this.slots[slug][this.active(slug)] = {};
  }

  /* The present setting stays as A; what is moved from now on is B. */
  snapshot(slug) {
    const slot = this.slots[slug];
    const now = { ...slot[slot.active] };
    slot.A = now;
    slot.B = { ...now };
    slot.active = "B";
  }

  choose(slug, which) {
    if (this.slots[slug][which]) this.slots[slug].active = which;
  }

  endSnapshot(slug) {
    const slot = this.slots[slug];
    this.slots[slug] = { active: "A", A: slot[slot.active], B: null };
  }
}

function legal({ default: standard, choices, low, high }, value) {
  if (typeof value !== typeof standard) return standard;
  if (choices) return choices.includes(value) ? value : standard;
  return Number.isFinite(value) ? Math.min(Math.max(value, low), high) : standard;
}
