// Texts and names in the chosen language. Texts on the page follow a new choice in place.
const claimsTexts = (data, state, scenarios) => {
  const RIGHT_TO_LEFT = new Set(["ar", "he"]);
  const { write } = claimsElements;
  const followers = [];

  const words = (key) => data.words[state.language]?.[key] ?? data.words.en[key] ?? key;
  const known = (table, id) => (Object.hasOwn(table ?? {}, id) ? table[id] : undefined);
  const party = (id) => known(data.words[state.language]?.parties, id) ?? known(data.words.en.parties, id) ?? String(id).replaceAll("_", " ");
  const basis = (id) => (id ? known(data.words[state.language]?.bases, id) ?? id : "");
  const named = (names) => names?.[state.language] || names?.en || "";
  const languageOf = (names) => (names?.[state.language] ? state.language : "en");
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
    words, party, basis, named, languageOf, isolated, fills, moment, whole, spread, number, direction,
    follow, worded, labelled, directed, translate: () => followers.forEach((update) => update()),
  };
};
