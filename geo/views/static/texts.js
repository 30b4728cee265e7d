// Texts and names in the chosen language. Texts on the page follow a new choice in place.
const claimsTexts = (data, state, scenarios) => {
  const RIGHT_TO_LEFT = new Set(data.languages.filter(([, , leftwards]) => leftwards).map(([tag]) => tag));
  const { write } = claimsElements;
  const followers = [];

  const words = (key) => data.words[state.language]?.[key] ?? data.words.en[key] ?? key;
  // without a name in the chosen language, the first of the names is shown
  const languageOf = (names) => (names?.[state.language] ? state.language : Object.keys(names ?? {})[0] ?? "en");
  const named = (names) => names?.[languageOf(names)] ?? "";
  // what the layers say in sentences, in the chosen language where it has a translation
  const translations = new Map(Object.entries(data.translations ?? {}));
  const said = (text) => translations.get(text)?.[state.language] ?? text;
  // what the profile calls a party or kind, or else the interface
  const called = (what, id) => (Object.hasOwn(data.named[what], id) ? named(data.named[what][id]) : words(`${what}_${id}`));
  const party = (id) => {
    const text = called("party", id);
    return text === `party_${id}` ? String(id).replaceAll("_", " ") : text;
  };
  const basis = (id) => (id ? words(`basis_${id}`) : "");
  // each value is isolated, so that a date keeps its order inside Arabic or Hebrew
  const isolated = (text) => `\u2068${text}\u2069`;
  const fills = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => isolated(values[key] ?? ""));
  const moment = (id) => (scenarios.has(id) ? named(scenarios.get(id).names) : id);

  const whole = (value) => value.toLocaleString("en", { maximumFractionDigits: 0 });
  const km2 = (value) => `${value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} km²`;
  const spread = ({ low, high }) => (low < high ? ` (${fills(words("range"), { low: whole(low), high: whole(high) })})` : "");
  const number = ({ area, margin }) => (margin === null ? km2(area) : `${km2(area)} ± ${margin.toFixed(1)}`);

  // text direction follows the language, whatever names it contains; the map itself stays left to right
  const direction = () => (RIGHT_TO_LEFT.has(state.language) ? "rtl" : "ltr");

  function follow(update) {
    followers.push(update);
    update();
  }

  // an element whose text is a text of words.json, or made of several
  function worded(node, text) {
    follow(() => write(node, typeof text === "function" ? text() : words(text)));
    return node;
  }

  function labelled(node, key) {
    follow(() => node.setAttribute("aria-label", words(key)));
    return node;
  }

  function directed(node) {
    follow(() => { node.dir = direction(); node.lang = state.language; });
    return node;
  }

  return {
    words, called, party, basis, named, said, languageOf, isolated, fills, moment, whole, spread, number, direction,
    follow, worded, labelled, directed, translate: () => followers.forEach((update) => update()),
  };
};
