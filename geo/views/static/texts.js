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
  // text direction follows the language, whatever names it contains; the map itself stays left to right
  const direction = () => (RIGHT_TO_LEFT.has(state.language) ? "rtl" : "ltr");
  // each value is isolated, so that a date keeps its order inside Arabic or Hebrew
  const isolated = (text) => (direction() === "ltr" && /^[ -~]*$/.test(text) ? text : `\u2068${text}\u2069`);
  const fills = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => isolated(values[key] ?? ""));
  const moment = (id) => (scenarios.has(id) ? named(scenarios.get(id).names) : id);

  // formats are kept: to make one takes as long as a step of the slider
  const kept = new Map();
  function format(Kind, tag, options) {
    const key = JSON.stringify([Kind.name, tag, options]);
    if (!kept.has(key)) kept.set(key, new Kind(tag, options));
    return kept.get(key);
  }
  const inDigits = (value, digits) => format(Intl.NumberFormat, "en", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  const whole = (value) => inDigits(value, 0);
  // a number and its margin are one value, which runs from left to right
  const km2 = (text) => fills(words("zone_area"), { area: text });
  const metres = (text) => fills(words("metres"), { number: text });
  const spread = ({ low, high }) => (low < high ? ` (${fills(words("range"), { low: whole(low), high: whole(high) })})` : "");
  const number = ({ area, margin }) => (margin === null
    ? km2(inDigits(area, 1))
    : fills(words("area_margin"), { area: inDigits(area, 1), margin: inDigits(margin, 1) }));

  // a day, month or year as the language writes it, with spaces that do not break
  function longDate(id) {
    const known = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(id);
    if (!known) return moment(id);
    const [year, month, day] = known.slice(1);
    const date = new Date(`${year}-${month ?? "01"}-${day ?? "01"}T00:00Z`);
    if (Number.isNaN(date.getTime())) return id;
    const options = { year: "numeric", ...(month && { month: "long" }), ...(day && { day: "numeric" }) };
    const tag = state.language === "en" ? "en-GB" : `${state.language}-u-nu-latn`;
    return format(Intl.DateTimeFormat, tag, { ...options, timeZone: "UTC", calendar: "gregory" }).format(date).replaceAll(" ", "\u00a0");
  }

  // of a day after the last report, until when reports reach
  function reported(dayOf) {
    const latest = [state.date, ...(state.mode === "date" ? [] : [state.before])].map(dayOf).sort().at(-1);
    return data.last_report && latest > data.last_report ? `(${fills(words("as_reported"), { date: data.last_report })})` : "";
  }

  const attribution = () => {
    const { by, licence } = data.attribution;
    return [by && `${named(by)}.`, licence && fills(words("data"), { licence }), "Leaflet 1.9.3"].filter(Boolean).join(" ");
  };

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
    words, called, party, basis, named, said, languageOf, isolated, fills, moment, longDate, inDigits, whole, km2, metres, spread, number, reported, attribution, direction,
    follow, worded, labelled, directed, translate: () => followers.forEach((update) => update()),
  };
};
