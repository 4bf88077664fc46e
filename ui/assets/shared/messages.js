/* The texts of the catalogue in one language, as the server's Messages gives them to Python.

   catalogue : {language: {section: {key: text}}}, where a text may hold {values}; keys that stand
     in another one are reached by a dot: say("rate.preference") */

/* Returns say(key, values) for all the sections together; a list comes back as it is. */
export function messagesIn(catalogue, language, ...sections) {
  const texts = Object.assign({}, ...sections.map((section) => catalogue[language][section]));
  return (key, values) => {
    const text = key.split(".").reduce((inner, name) => inner?.[name], texts);
    if (text === undefined) throw new Error(`The catalogue has no text “${key}”.`);
    return typeof text === "string" ? fill(text, values) : text;
  };
}

/* What to say of an error that the server gave a code: in this language if the code is known, else
   in the server's own words. */
export function sentenceFor({ code, values, message }, catalogue, language) {
  const { errors } = catalogue[language];
  return code && Object.hasOwn(errors, code) ? fill(errors[code], values) : message;
}

function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (hole, name) => {
    const value = values?.[name] ?? hole;
    return Array.isArray(value) ? value.join(", ") : String(value);
  });
}
