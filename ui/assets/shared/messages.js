/* The texts of the catalogue in one language, as the server's Messages gives them to Python.

   catalogue : {language: {section: {key: text}}}, where a text may hold {values}; keys that stand
     in another one are reached by a dot: say("rate.preference") */

const HOLE = /\{\w+\}/;
const HOLES = /\{(\w+)\}/g;

/* Returns say(key, values) for all the sections together; a list comes back as it is. */
export function messagesIn(catalogue, language, ...sections) {
  const texts = Object.assign({}, ...sections.map((section) => catalogue[language][section]));
  return (key, values) => {
    const text = key.split(".").reduce((inner, name) => inner?.[name], texts);
    if (text === undefined) throw new Error(`The catalogue has no text “${key}”.`);
    return typeof text === "string" ? fill(text, values) : text;
  };
}

/* What to say of an error that the server gave a code: in this language if the code and its values
   are known, else in the server's own words. */
export function sentenceFor({ code, values, message }, catalogue, language) {
  const { errors } = catalogue[language];
  if (!code || !Object.hasOwn(errors, code)) return message;
  const sentence = fill(errors[code], values);
  return HOLE.test(sentence) ? message : sentence;
}

function fill(text, values = {}) {
  return text.replaceAll(HOLES, (hole, name) => {
    const value = values?.[name] ?? hole;
    return Array.isArray(value) ? value.join(", ") : String(value);
  });
}
