// Settings and legend. Each is built once; a choice updates texts, values and rows in place.
const claimsPanels = ({ map, data, state, ledger, drawing, texts, cards, room, axis, take, set }) => {
  const { element, write, keep } = claimsElements;
  const { words, called, party, named, said, fills, isolated, moment, spread, number, worded, labelled, directed } = texts;
  const container = map.getContainer();
  const curated = data.lines.length > 0; // a series of polygons has no lines, places or views of its own
  const updates = [];

  function folding(className, title) {
    const box = directed(element("div", undefined, { class: className }));
    const details = box.appendChild(element("details", undefined, { class: "claims-fold" }));
    details.appendChild(element("summary")).append(worded(element("h2"), title));
    room.fold(box, details);
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
    // without the scenario, what was shown before it comes back
    let real = { date: data.changes.at(-1) };
    const options = [["", "none"], ...[...ledger.scenarios.values()].map(({ id, names }) => [id, () => named(names)])];
    return choice("scenario", "scenario", options, () => (ledger.scenarios.has(state.date) ? state.date : ""), (id) => {
      if (!ledger.scenarios.has(state.date)) real = { date: state.date, before: state.before, mode: state.mode };
      set(id ? { date: id, before: ledger.scenarios.get(id).base, mode: state.mode === "date" ? "change" : state.mode } : real);
    });
  }

  function settings() {
    const { box, details } = folding("claims-panel", "settings");
    const simple = (name, title, ids, text = words) => (
      choice(name, title, ids.map((id) => [id, () => text(id)]), () => state[name], (value) => set({ [name]: value }))
    );
    const views = Object.keys(data.faces[0].seen);
    details.append(choice("mode", "show", ["date", "change", "swipe"].map((id) => [id, () => words(id)]), () => state.mode, (mode) => set({
      mode,
      // a comparison begins at the stop before
      ...(state.mode === "date" && { before: axis.step(ledger.dayOf(state.date), -1) }),
    })));
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
    details.append(take.buttons(button));
    return room.put("end", box);
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
        cards.openThing(thing, L.latLng(thing.at), { opener: node });
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
    row.insertCell().append(text, element("span", undefined, { class: "claims-number" }));
    return row;
  }

  function fillRow(row, { picture, text, quantity }) {
    const [image, cell] = row.cells;
    if (!image.firstChild && picture) image.append(picture());
    const [sentence, figure] = cell.children;
    sentence.dir = texts.direction();
    figure.dir = texts.direction();
    write(sentence, text);
    write(figure, quantity ?? "");
  }

  function legendRows(transfers, areas) {
    const held = areas.map((row) => ({
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
    return [`${mark}${text}`, texts.reported(ledger.dayOf)].filter(Boolean).join(" ");
  }

  function notes() {
    const scenario = shownScenario();
    const mark = `${words("hypothetical").toUpperCase()}: `;
    const supposed = scenario ? [`${mark}${named(scenario.names)}`, `${party(scenario.by)}, ${scenario.date}`, scenario.notes.map(said).join(" ")] : [];
    return [...supposed, words(curated ? "note_numbers" : "note_unsure"), words(state.view ? "note_view" : "note_control")];
  }

  function legend() {
    const { box, details } = folding("claims-legend", "legend");
    const title = details.appendChild(element("p", undefined, { class: "claims-title", dir: "auto" }));
    const [quantities, keys, remarks] = [element("tbody"), element("tbody"), element("div")];
    for (const body of [quantities, keys]) details.appendChild(element("table")).append(body);
    details.append(symbols(), remarks);
    updates.push((transfers, areas) => {
      write(title, headline());
      const keyed = ({ key }) => key;
      keep(quantities, legendRows(transfers, areas), keyed, legendRow, fillRow);
      keep(keys, lineRows(), keyed, legendRow, fillRow);
      keep(remarks, notes().map((text, index) => [index, text]), ([index]) => index, () => element("p"), (node, [, text]) => {
        node.dir = texts.direction();
        write(node, text);
      });
    });
    return room.put("start", box);
  }

  container.classList.toggle("claims-plain", !curated);
  const boxes = { legend: legend(), panel: settings() };
  const hint = room.put("middle", worded(directed(element("p", undefined, { class: "claims-hint" })), "measure_hint"));
  updates.push(() => { hint.hidden = !state.measuring; });

  function update(transfers, areas) {
    for (const change of updates) change(transfers, areas);
  }

  return { ...boxes, update };
};
