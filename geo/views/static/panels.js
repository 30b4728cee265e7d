// Settings, legend and time bar. Each is built once; a choice updates texts, values and rows in place.
const claimsPanels = ({ map, data, state, ledger, drawing, texts, cards, stops, set }) => {
  const { element, write, keep } = claimsElements;
  const { words, called, party, named, said, fills, isolated, moment, spread, number, worded, labelled, directed } = texts;
  const PLAY_MS = 1500;
  const ANNOUNCE_MS = 400;
  const EVENTS_SHOWN = 3;
  const container = map.getContainer();
  const curated = data.lines.length > 0; // a series of polygons has no lines, places or views of its own
  const narrow = window.matchMedia("(max-width: 640px)").matches;
  const updates = [];

  function control(box, position) {
    const holder = L.control({ position });
    holder.onAdd = () => box;
    holder.addTo(map);
    still(box);
    return box;
  }

  // events on a control never reach the map
  function still(box) {
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
  }

  function folding(className, title) {
    const box = directed(element("div", undefined, { class: className }));
    const details = box.appendChild(element("details"));
    details.open = !narrow;
    details.append(worded(element("summary"), title));
    return { box, details };
  }

  // settings

  function choice(name, title, options, value, change) {
    const row = element("label", undefined, { class: "claims-row" });
    row.append(worded(element("span"), title));
    const select = row.appendChild(element("select", undefined, { name }));
    for (const [id, text] of options) select.append(worded(element("option", undefined, { value: id }), text));
    select.addEventListener("change", () => change(select.value));
    updates.push(() => { select.value = value(); });
    return row;
  }

  function tick(name) {
    const row = element("label", undefined, { class: "claims-row claims-tick" });
    const box = row.appendChild(element("input", undefined, { type: "checkbox", name }));
    row.append(worded(element("span"), name));
    box.addEventListener("change", () => set({ [name]: box.checked }));
    updates.push(() => { box.checked = state[name]; });
    return row;
  }

  function button(name, press, text = name) {
    const node = worded(element("button", undefined, { type: "button", name }), text);
    node.addEventListener("click", press);
    return node;
  }

  function pressed(node, value) {
    updates.push(() => node.setAttribute("aria-pressed", String(value())));
    return node;
  }

  function measureButton() {
    return pressed(button("measure", (event) => {
      set({ measuring: !state.measuring });
      if (state.measuring && event.detail === 0) container.focus({ preventScroll: true }); // pressed by key
    }), () => state.measuring);
  }

  function scenarioChoice() {
    const options = [["", "none"], ...[...ledger.scenarios.values()].map(({ id, names }) => [id, () => named(names)])];
    return choice("scenario", "scenario", options, () => (ledger.scenarios.has(state.date) ? state.date : ""), (id) => set(id
      ? { date: id, before: ledger.scenarios.get(id).base, mode: state.mode === "date" ? "change" : state.mode }
      : { date: stops.at(-1) }));
  }

  function settings() {
    const { box, details } = folding("claims-panel", "settings");
    const simple = (name, title, ids, text = words) => (
      choice(name, title, ids.map((id) => [id, () => text(id)]), () => state[name], (value) => set({ [name]: value }))
    );
    const views = Object.keys(data.faces[0].seen);
    details.append(simple("mode", "show", ["date", "change", "swipe"]));
    if (curated) {
      details.append(
        simple("view", "colours", ["", ...views], (id) => (id ? fills(words("as_counted"), { party: party(id) }) : words("control"))),
        simple("extent", "extent", ledger.EXTENTS),
      );
    }
    if (ledger.scenarios.size) details.append(scenarioChoice());
    details.append(simple("language", "language", data.languages.map(([tag]) => tag), (id) => data.languages.find(([tag]) => tag === id)[1]));
    if (curated) details.append(tick("bands"), tick("posts"), finder());
    details.append(measureButton(), button("print", () => window.print()));
    return control(box, "topright");
  }

  // the list of everything with a card: keyboard access to every card

  function finder() {
    const details = element("details", undefined, { class: "claims-find" });
    details.append(worded(element("summary"), "find"));
    const field = details.appendChild(labelled(element("input", undefined, { type: "search", name: "find", autocomplete: "off" }), "find_name"));
    const list = details.appendChild(labelled(element("ul"), "in_view"));
    const nothing = details.appendChild(worded(element("p"), "not_found"));
    const kindOf = ({ kind, item }) => (kind === "place" ? called("kind", item.kind) : words(kind));
    const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const shown = new WeakMap(); // the thing of each row

    function wanted({ item }) {
      const typed = fold(field.value.trim());
      return Object.values(item.names).some((name) => fold(name).includes(typed));
    }

    function make() {
      const row = element("li");
      const node = row.appendChild(element("button", undefined, { type: "button", tabindex: "-1" }));
      node.append(element("span", undefined, { dir: "auto" }), element("small"));
      node.addEventListener("click", () => {
        const thing = shown.get(row);
        const at = L.latLng(thing.at);
        if (!map.getBounds().contains(at)) map.panTo(at, { animate: false });
        cards.openThing(thing, at, { opener: node });
        if (narrow) details.parentElement.open = false; // the card needs the room
        window.setTimeout(cards.settle, 300); // once the first pan has ended
      });
      return row;
    }

    function refresh() {
      // keep rows while the list has focus, and while a card is open that returns focus to its row
      if (!details.open || list.contains(document.activeElement) || list.contains(cards.opener())) return;
      const view = field.value.trim() ? null : map.getBounds();
      const things = [...cards.zonesShown(), ...drawing.things()].filter(({ at }) => !view || view.contains(at)).filter(wanted)
        .sort((one, other) => named(one.item.names).localeCompare(named(other.item.names), state.language));
      keep(list, things, ({ item }) => item, make, (row, thing) => {
        shown.set(row, thing);
        const [name, kind] = row.firstChild.children;
        write(name, named(thing.item.names));
        write(kind, kindOf(thing));
      });
      const buttons = [...list.querySelectorAll("button")];
      if (!buttons.some((node) => node.tabIndex === 0) && buttons.length) buttons[0].tabIndex = 0;
      nothing.hidden = things.length > 0;
    }

    // one tab stop for the whole list; arrow keys move inside it
    list.addEventListener("keydown", (event) => {
      const buttons = [...list.querySelectorAll("button")];
      const at = buttons.indexOf(document.activeElement);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
      if (to === undefined || !buttons[to]) return;
      event.preventDefault();
      buttons[to].focus();
    });
    list.addEventListener("focusin", ({ target }) => {
      for (const node of list.querySelectorAll("button")) node.tabIndex = node === target ? 0 : -1;
    });
    field.addEventListener("input", refresh);
    details.addEventListener("toggle", refresh);
    map.on("moveend", refresh);
    updates.push(refresh);
    return details;
  }

  // legend

  function legendRow() {
    const row = element("tr");
    const text = element("span");
    row.insertCell();
    row.insertCell().append(text, element("span", undefined, { class: "claims-number", dir: "ltr" }));
    return row;
  }

  function fillRow(row, { picture, text, quantity }) {
    const [image, cell] = row.cells;
    if (!image.firstChild && picture) image.append(picture());
    const [sentence, figure] = cell.children;
    sentence.dir = texts.direction();
    write(sentence, text);
    write(figure, quantity ?? "");
  }

  function legendRows(transfers) {
    const held = ledger.areas(state.date, state.view).map((row) => ({
      key: `held ${row.controller}`, picture: () => drawing.swatch(row.controller),
      text: `${isolated(party(row.controller))}${spread(row)}`, quantity: number(row),
    }));
    if (state.mode === "date") return held;
    const passed = transfers.map((row) => ({
      key: `passed ${JSON.stringify([row.from, row.to, row.supposed])}`, picture: () => drawing.swatch(row),
      text: `${fills(words("passed"), { from: party(row.from), to: party(row.to) })}${spread(row)}`, quantity: number(row),
    }));
    return [...held, ...(passed.length ? passed : [{ key: "nothing", text: words("nothing") }])];
  }

  function lineRows() {
    const day = ledger.dayOf(state.date);
    const kinds = new Set(drawing.lines.filter((line) => drawing.valid(line, day)).map((line) => line.kind));
    return Object.entries(data.looks).filter(([kind]) => kinds.has(kind))
      .map(([kind, look]) => ({ key: kind, picture: () => drawing.stroke(look), text: called("line", kind) }));
  }

  // the symbols of the kinds of places shown
  function symbols() {
    const box = element("div", undefined, { class: "claims-symbols" });
    const make = (kind) => {
      const item = element("span");
      item.append(drawing.symbolOf(kind), element("span"));
      return item;
    };
    updates.push(() => keep(box, drawing.kindsShown(), (kind) => kind, make, (item, kind) => write(item.lastChild, called("kind", kind))));
    return box;
  }

  const shownScenario = () => (
    ledger.scenarios.get(state.date) ?? (state.mode === "date" ? undefined : ledger.scenarios.get(state.before))
  );

  function headline() {
    const mark = shownScenario() ? `${words("hypothetical").toUpperCase()}: ` : "";
    const moments = { before: moment(state.before), date: moment(state.date) };
    const text = state.view
      ? fills(words("title_view"), { party: party(state.view), ...moments })
      : fills(words(state.mode === "date" ? "title_date" : "title_change"), moments);
    const latest = [state.date, ...(state.mode === "date" ? [] : [state.before])].map(ledger.dayOf).sort().at(-1);
    const told = data.last_report && latest > data.last_report
      ? ` (${fills(words("as_reported"), { date: data.last_report })})` : "";
    return `${mark}${text}${told}`;
  }

  function notes() {
    const scenario = shownScenario();
    const mark = `${words("hypothetical").toUpperCase()}: `;
    const said = scenario ? [`${mark}${named(scenario.names)}`, `${party(scenario.by)}, ${scenario.date}`, scenario.note] : [];
    return [...said, words(curated ? "note_numbers" : "note_unsure"), words(state.view ? "note_view" : "note_control")];
  }

  function legend() {
    const { box, details } = folding("claims-legend", headline);
    const [quantities, keys, remarks] = [element("tbody"), element("tbody"), element("div")];
    for (const body of [quantities, keys]) details.appendChild(element("table")).append(body);
    details.append(symbols(), remarks);
    updates.push((transfers) => {
      write(details.firstChild, headline());
      const keyed = ({ key }) => key;
      keep(quantities, legendRows(transfers), keyed, legendRow, fillRow);
      keep(keys, lineRows(), keyed, legendRow, fillRow);
      keep(remarks, notes().map((text, index) => [index, text]), ([index]) => index, () => element("p"), (node, [, text]) => {
        node.dir = texts.direction();
        write(node, text);
      });
    });
    return control(box, "bottomleft");
  }

  // time

  let playing = null;

  function play(on) {
    window.clearInterval(playing);
    playing = null;
    let { date } = state;
    if (on) {
      if (stops.indexOf(date) >= stops.length - 1) [date] = stops;
      playing = window.setInterval(() => {
        const next = stops.indexOf(state.date) + 1;
        if (next < stops.length) set({ date: stops[next] });
        if (next >= stops.length - 1) play(false);
      }, PLAY_MS);
    }
    set({ date });
  }

  function slider(key, title_) {
    const row = element("div", undefined, { class: "claims-slider" });
    const text = element("span", undefined, { class: "claims-moment", dir: "auto", "aria-hidden": "true" });
    const input = element("input", undefined, { type: "range", name: key, min: 0, step: 1 });
    input.addEventListener("input", () => set({ [key]: stops[input.value] }));
    row.append(worded(element("span", undefined, { class: "claims-name" }), title_), input, text);
    updates.push(() => {
      const at = stops.indexOf(state[key]);
      const place = String(at < 0 ? stops.length - 1 : at);
      input.max = stops.length - 1;
      if (input.value !== place) input.value = place;
      input.setAttribute("aria-label", title_());
      input.setAttribute("aria-valuetext", moment(state[key]));
      write(text, moment(state[key]));
    });
    return row;
  }

  function ticks() {
    // one mark per stop of the slider; tall ones are days on which ground changed hands
    const row = element("div", undefined, { class: "claims-ticks", "aria-hidden": "true" });
    const make = (stop) => element("span", undefined, { class: data.changes.includes(stop) ? "claims-event" : "", title: stop });
    updates.push(() => keep(row, stops, (stop) => stop, make, (mark, stop) => {
      mark.style.left = `${(100 * stops.indexOf(stop)) / Math.max(stops.length - 1, 1)}%`;
    }));
    return row;
  }

  function happened(transfers) {
    const day = ledger.dayOf(state.date);
    const since = stops[stops.indexOf(state.date) - 1] ?? "";
    const later = ledger.held(ledger.dayOf(state.before) <= day ? state.date : state.before);
    const brought = new Set(transfers.flatMap(({ faces }) => faces.best.map((face) => later[face].event)));
    const found = data.events.filter(([id, date, , , affects]) => (
      state.mode === "date" ? affects && date > since && date <= day : brought.has(id)
    )).slice(-EVENTS_SHOWN);
    return found.length ? found : [["", "", words("no_event"), ""]];
  }

  function events() {
    const box = element("div", undefined, { class: "claims-events" });
    const make = () => {
      const line = element("p", undefined, { dir: "auto" });
      line.append(element("strong"), element("span"));
      return line;
    };
    updates.push((transfers) => keep(box, happened(transfers), ([id]) => id, make, (line, [id, date, title_, what]) => {
      write(line.firstChild, id ? `${isolated(date)} ${said(title_)}. ` : "");
      write(line.lastChild, id ? said(what) : title_);
    }));
    return box;
  }

  function timeline() {
    const box = labelled(directed(element("section", undefined, { class: "claims-timeline" })), "time");
    const bar = box.appendChild(element("div", undefined, { class: "claims-bar", dir: "ltr" }));
    const playText = () => (playing ? `❚❚ ${words("pause")}` : `▶ ${words("play")}`);
    const playButton = pressed(button("play", () => play(!playing), playText), () => Boolean(playing));
    updates.push(() => write(playButton, playText()));
    const sliders = element("div", undefined, { class: "claims-sliders" });
    const before = slider("before", () => words("from"));
    updates.push(() => { before.hidden = state.mode === "date"; });
    sliders.append(before, slider("date", () => words(state.mode === "date" ? "on" : "to")), ticks());
    bar.append(playButton, sliders);
    if (curated) box.append(events());
    container.append(box);
    still(box);
    return box;
  }

  // one live region, announced when the view has changed and settled

  function announcer() {
    const box = directed(element("div", undefined, { class: "claims-live", role: "status" }));
    container.append(box);
    let pending = null;
    const say = (text) => {
      window.clearTimeout(pending);
      pending = window.setTimeout(write, ANNOUNCE_MS, box, text);
    };
    return say;
  }

  const say = announcer();
  container.classList.toggle("claims-plain", !curated);
  const boxes = { panel: settings(), legend: legend(), timeline: timeline() };
  const hint = container.appendChild(worded(directed(element("p", undefined, { class: "claims-hint" })), "measure_hint"));
  updates.push(() => { hint.hidden = !state.measuring; });

  function update(transfers) {
    for (const change of updates) change(transfers);
    const passed = state.mode === "date" ? [] : legendRows(transfers).filter(({ key }) => !key.startsWith("held"));
    say([headline(), ...passed.map(({ text, quantity }) => [text, quantity].join(" "))].join(". "));
  }

  return { ...boxes, update, say };
};
