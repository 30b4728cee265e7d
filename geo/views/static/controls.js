// The page around the map: time, comparison, perspective, language, legend, cards, and the address that keeps them.
const claims = (() => {
  const LANGUAGES = ["en", "ar", "he"];
  const RIGHT_TO_LEFT = new Set(["ar", "he"]);
  const MODES = ["date", "change", "swipe"];
  const PLAY_MS = 1500;

  function element(tag, text, attributes = {}) {
    const node = document.createElement(tag);
    if (text !== undefined && text !== null) node.textContent = text;
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  function link(title, address) {
    if (!/^https?:\/\//i.test(address)) return element("span", title);
    return element("a", title, { href: address, rel: "noopener noreferrer", target: "_blank" });
  }

  function show(map, data) {
    const ledger = claimsLedger(data);
    const drawing = claimsDrawing(map, data);
    const container = map.getContainer();
    const curated = data.lines.length > 0; // a series of polygons has no lines, places or views of its own
    const state = { ...data.state, swipe: 0.5, bands: true, posts: true, labels: true };
    const stops = [...new Set([...data.changes, state.date, state.before, data.today])]
      .filter((moment) => !ledger.scenarios.has(moment)).sort();

    // words

    const words = (key) => data.words[state.language]?.[key] ?? data.words.en[key] ?? key;
    const plain = (text) => String(text).replaceAll("_", " ");
    const party = (id) => data.words[state.language]?.parties[id] ?? data.words.en.parties[id] ?? plain(id);
    const named = (names) => names?.[state.language] || names?.en || "";
    // each value is isolated, so that a date keeps its order inside Arabic or Hebrew
    const isolated = (text) => `\u2068${text}\u2069`;
    const fills = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => isolated(values[key] ?? ""));
    const km2 = (value) => `${value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 })} km²`;
    const whole = (value) => value.toLocaleString("en", { maximumFractionDigits: 0 });
    const moment = (id) => (ledger.scenarios.has(id) ? named(ledger.scenarios.get(id).names) : id);

    function say(text, tag = "span") {
      // a sentence runs as its language does, whatever names stand in it; the map itself stays left to right
      return element(tag, text, { dir: direction() });
    }

    const label = (names) => (
      element("span", named(names), { dir: "auto", lang: names?.[state.language] ? state.language : "en" })
    );
    const direction = () => (RIGHT_TO_LEFT.has(state.language) ? "rtl" : "ltr");

    // the address keeps the view; one map alone on its page owns it

    const alone = document.querySelectorAll(".leaflet-container").length === 1;

    function fromAddress() {
      if (!alone) return;
      const given = new URLSearchParams(window.location.hash.slice(1));
      const known = (value) => /^\d{4}-\d\d-\d\d$/.test(value) || ledger.scenarios.has(value);
      const inside = (value) => ledger.scenarios.has(value) || (data.first <= value && value <= data.today);
      for (const key of ["date", "before"]) {
        const value = given.get(key);
        if (value && known(value) && inside(value)) state[key] = value;
      }
      if (MODES.includes(given.get("mode"))) state.mode = given.get("mode");
      if (LANGUAGES.includes(given.get("lang"))) state.language = given.get("lang");
      if (ledger.EXTENTS.includes(given.get("extent"))) state.extent = given.get("extent");
      if (given.has("view") && (given.get("view") === "" || given.get("view") in data.faces[0].seen)) state.view = given.get("view");
      for (const value of [state.date, state.before]) {
        if (!ledger.scenarios.has(value) && !stops.includes(value)) stops.push(value);
      }
      stops.sort();
    }

    function toAddress() {
      if (!alone) return;
      const kept = { date: state.date, mode: state.mode, lang: state.language, extent: state.extent, view: state.view };
      if (state.mode !== "date") kept.before = state.before;
      const text = `#${new URLSearchParams(kept)}`;
      if (text !== window.location.hash) window.history.replaceState(null, "", text);
    }

    // cards

    function rowsOf(pairs) {
      const table = element("table");
      for (const [name, value] of pairs) {
        if (!value) continue;
        const row = table.insertRow();
        row.append(element("th", name, { scope: "row" }));
        const cell = element("td", undefined, { dir: "auto" });
        cell.append(...(Array.isArray(value) ? value : [value]));
        row.append(cell);
      }
      return table;
    }

    function sourcesOf(indices) {
      const list = element("ul");
      for (const index of new Set(indices ?? [])) {
        const [title, address] = data.sources[index];
        list.appendChild(element("li", undefined, { dir: "auto" })).append(link(title, address));
      }
      return list;
    }

    function card(latlng, title, pairs, sources, ...more) {
      const box = element("div", undefined, { class: "claims-popup", dir: direction() });
      box.append(element("h2", title, { dir: "auto" }), rowsOf(pairs), ...more);
      if (sources?.length) box.append(element("h3", words("sources")), sourcesOf(sources));
      L.popup({ maxWidth: 360, maxHeight: 320 }).setLatLng(latlng).setContent(box).openOn(map);
    }

    const period = (from, to) => `${from} – ${to || words("today")}`;
    const accuracy = (metres) => (metres ? `± ${whole(metres)} m (${words("sigma")})` : "");

    function openLine(latlng, line) {
      if (measure.on) return measure.add(latlng);
      const pairs = [
        [words("valid"), period(line.from, line.to)],
        [words("accuracy"), accuracy(line.accuracy)],
        [words("basis"), line.basis ? (data.words[state.language]?.bases[line.basis] ?? line.basis) : ""],
        [words("note"), line.note],
      ];
      return card(latlng, named(line.names), pairs, line.sources);
    }

    function openPlace(latlng, place) {
      if (measure.on) return measure.add(latlng);
      const others = Object.values(place.names).filter((name) => name !== named(place.names));
      const pairs = [
        [words("names"), [...new Set(others)].join(", ")],
        [words("kind"), words(`kind_${place.kind}`)],
        [words("reported"), place.last ? `${place.from} – ${place.last}` : ""],
        [words("people"), place.people ? `${whole(place.people[0])} (${place.people[1]})` : ""],
        [words("position"), accuracy(place.accuracy)],
        [words("side"), place.side],
        [words("note"), place.note],
      ];
      return card(latlng, named(place.names), pairs, place.sources);
    }

    function openGround(latlng) {
      const face = drawing.faceAt(latlng);
      if (face < 0) return;
      const { zones, held } = data.faces[face];
      const day = ledger.dayOf(state.date);
      const best = ledger.held(state.date, state.extent)[face];
      const until = held[state.extent].find(([from]) => from > day)?.[0];
      const event = data.events.find(([id]) => id === best.event);
      const spoken = zones.map((id) => data.zones[id]).filter((zone) => zone && !["unit", "extent"].includes(zone.kind));
      const inTime = spoken.find((zone) => drawing.valid(zone, day));
      const title = named((inTime ?? spoken[0])?.names) || words("ground");
      const other = ledger.EXTENTS
        .map((extent) => [extent, ledger.held(state.date, extent)[face].controller])
        .filter(([, controller]) => controller !== best.controller)
        .map(([extent, controller]) => `${words(extent)}: ${party(controller)}`);
      const near = drawing.nearest(latlng, day);
      const pairs = [
        [words("held_by"), best.supposed ? `${party(best.controller)} (${words("hypothetical")})` : party(best.controller)],
        [words("since"), best.supposed ? "" : period(best.from, until)],
        [words("event"), event ? `${event[1]}: ${event[2]}` : ""],
        [words("other_extents"), other.join("; ")],
        [words("basis"), best.basis ? (data.words[state.language]?.bases[best.basis] ?? best.basis) : ""],
        [words("note"), best.note],
        [words("nearest_line"), near ? `${named(near.line.names)}: ${whole(near.metres)} m; ± ${whole(near.line.accuracy)} m` : ""],
      ];
      if (state.view) {
        const view = ledger.seen(state.view, state.date)[face];
        pairs.unshift([fills(words("counted_by"), { party: party(state.view) }), `${party(view.controller)}: ${named(view.names)}`]);
      }
      const claimed = data.claims.filter(([zone, , , from, to]) => zones.includes(zone) && drawing.valid({ from, to }, day));
      const more = element("details");
      more.append(element("summary", `${words("claims")} (${claimed.length})`));
      const list = more.appendChild(element("ul"));
      for (const [, claimant, , from, , statement, sources] of claimed) {
        const item = list.appendChild(element("li", undefined, { dir: "auto" }));
        item.append(element("strong", party(claimant)), ` ${from}: ${statement} `);
        for (const index of sources) item.append(link(`[${data.sources[index][0]}]`, data.sources[index][1]), " ");
      }
      card(latlng, title, pairs, best.sources, more);
    }

    // panels

    const panel = element("div", undefined, { class: "claims-panel" });
    const legend = element("div", undefined, { class: "claims-legend" });
    const timeline = element("section", undefined, { class: "claims-timeline" });
    for (const [box, position] of [[panel, "topright"], [legend, "bottomleft"]]) {
      const control = L.control({ position });
      control.onAdd = () => box;
      control.addTo(map);
    }
    container.append(timeline);
    container.classList.toggle("claims-plain", !curated);
    for (const box of [panel, legend, timeline]) {
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
    }
    const narrow = window.matchMedia("(max-width: 640px)");
    const folded = { panel: narrow.matches, legend: narrow.matches };

    function choice(name, title, options, value, change) {
      const row = element("label", undefined, { class: "claims-row" });
      row.append(element("span", title));
      const select = row.appendChild(element("select", undefined, { name }));
      for (const [id, text] of options) {
        const option = select.appendChild(element("option", text, { value: id }));
        option.selected = id === value;
      }
      select.addEventListener("change", () => change(select.value));
      return row;
    }

    function tick(name, title, value, change) {
      const row = element("label", undefined, { class: "claims-row claims-tick" });
      const box = row.appendChild(element("input", undefined, { type: "checkbox", name }));
      box.checked = value;
      row.append(element("span", title));
      box.addEventListener("change", () => change(box.checked));
      return row;
    }

    function button(name, text, press, pressed) {
      const node = element("button", text, { type: "button", name });
      if (pressed !== undefined) node.setAttribute("aria-pressed", String(pressed));
      node.addEventListener("click", press);
      return node;
    }

    function set(change) {
      const focus = document.activeElement?.getAttribute?.("name");
      Object.assign(state, change);
      paint();
      // the panels were made anew: the key that was pressed stays under the finger
      if (focus) container.querySelector(`[name="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
    }

    function fold(box, key, title, ...content) {
      box.replaceChildren();
      box.dir = direction();
      box.lang = state.language;
      const details = box.appendChild(element("details"));
      details.open = !folded[key];
      details.addEventListener("toggle", () => { folded[key] = !details.open; });
      details.append(element("summary", title), ...content);
    }

    function drawPanel() {
      const views = Object.keys(data.faces[0].seen).map((id) => [id, fills(words("as_counted"), { party: party(id) })]);
      const supposed = [...ledger.scenarios.values()].map(({ id, names }) => [id, named(names)]);
      const content = [
        choice("mode", words("show"), MODES.map((mode) => [mode, words(mode)]), state.mode, (mode) => set({ mode })),
        ...(curated ? [
          choice("view", words("colours"), [["", words("control")], ...views], state.view, (view) => set({ view })),
          choice("extent", words("extent"), ledger.EXTENTS.map((id) => [id, words(id)]), state.extent, (extent) => set({ extent })),
        ] : []),
        ...(supposed.length ? [choice("scenario", words("scenario"), [["", words("none")], ...supposed],
          ledger.scenarios.has(state.date) ? state.date : "",
          (id) => set(id
            ? { date: id, before: ledger.scenarios.get(id).base, mode: state.mode === "date" ? "change" : state.mode }
            : { date: stops.at(-1) }))] : []),
        choice("language", words("language"), LANGUAGES.map((id) => [id, data.words[id].name]), state.language, (language) => set({ language })),
        ...(curated ? [
          tick("bands", words("bands"), state.bands, (bands) => set({ bands })),
          tick("posts", words("posts"), state.posts, (posts) => set({ posts })),
        ] : []),
        button("measure", words("measure"), () => measure.toggle(), measure.on),
        button("print", words("print"), () => window.print()),
      ];
      fold(panel, "panel", words("settings"), ...content);
    }

    function legendRow(table, picture, text, number) {
      const row = table.insertRow();
      row.insertCell().append(picture);
      const cell = row.insertCell();
      cell.append(say(text));
      if (number) cell.append(element("span", number, { class: "claims-number", dir: "ltr" }));
    }

    const spread = ({ low, high }) => (low < high ? ` (${fills(words("range"), { low: whole(low), high: whole(high) })})` : "");
    const number = ({ area, margin }) => (margin === null ? km2(area) : `${km2(area)} ± ${margin.toFixed(1)}`);

    function drawLegend(transfers) {
      const day = ledger.dayOf(state.date);
      const table = element("table");
      for (const row of ledger.areas(state.date, state.view)) {
        legendRow(table, drawing.swatch(row.controller), `${isolated(party(row.controller))}${spread(row)}`, number(row));
      }
      if (state.mode !== "date") {
        for (const row of transfers) {
          const text = fills(words("passed"), { from: party(row.from), to: party(row.to) });
          legendRow(table, drawing.swatch(null), `${text}${spread(row)}`, number(row));
        }
        if (!transfers.length) legendRow(table, element("span"), words("nothing"), "");
      }
      const kinds = new Set(drawing.lines.filter((line) => drawing.valid(line, day)).map((line) => line.kind));
      const keys = element("table");
      for (const [kind, look] of Object.entries(data.looks)) {
        if (kinds.has(kind)) legendRow(keys, drawing.stroke(look), words(`line_${kind}`), "");
      }
      const scenario = ledger.scenarios.get(state.date) ?? (state.mode === "date" ? undefined : ledger.scenarios.get(state.before));
      const mark = scenario ? `${words("hypothetical").toUpperCase()}: ` : "";
      const title = state.view
        ? fills(words("title_view"), { party: party(state.view), date: moment(state.date) })
        : fills(words(state.mode === "date" ? "title_date" : "title_change"), { before: moment(state.before), date: moment(state.date) });
      const notes = [
        ...(scenario ? [`${mark}${named(scenario.names)}`, `${party(scenario.by)}, ${scenario.date}`, scenario.note] : []),
        words(curated ? "note_numbers" : "note_unsure"),
        words(state.view ? "note_view" : "note_control"),
      ];
      const content = [table, keys, ...notes.map((text) => say(text, "p"))];
      fold(legend, "legend", `${mark}${title}`, ...content);
    }

    let playing = null;

    function play(on) {
      window.clearInterval(playing);
      playing = null;
      if (on) {
        if (stops.indexOf(state.date) >= stops.length - 1) state.date = stops[0];
        playing = window.setInterval(() => {
          const next = stops.indexOf(state.date) + 1;
          if (next >= stops.length) play(false);
          else set({ date: stops[next] });
        }, PLAY_MS);
      }
      set({});
    }

    function slider(name, title, key) {
      const row = element("div", undefined, { class: "claims-slider" });
      const at = stops.indexOf(state[key]);
      const text = element("output", moment(state[key]), { dir: "auto" });
      const input = element("input", undefined, {
        type: "range", name, min: 0, max: stops.length - 1, step: 1, "aria-label": title, "aria-valuetext": moment(state[key]),
      });
      input.value = at < 0 ? stops.length - 1 : at;
      input.addEventListener("input", () => set({ [key]: stops[input.value] }));
      row.append(element("span", title, { class: "claims-name" }), input, text);
      return row;
    }

    function ticks() {
      // one mark per stop of the slider; the tall ones are days on which ground passed
      const row = element("div", undefined, { class: "claims-ticks", "aria-hidden": "true" });
      stops.forEach((stop, index) => {
        const mark = row.appendChild(element("span", undefined, { class: data.changes.includes(stop) ? "claims-event" : "" }));
        mark.style.left = `${(100 * index) / Math.max(stops.length - 1, 1)}%`;
        mark.title = stop;
      });
      return row;
    }

    function happened(transfers) {
      const day = ledger.dayOf(state.date);
      const since = stops[stops.indexOf(state.date) - 1] ?? "";
      const later = ledger.held(ledger.dayOf(state.before) <= day ? state.date : state.before);
      const brought = new Set(transfers.flatMap(({ faces }) => faces.best.map((face) => later[face].event)));
      const found = data.events.filter(([id, date, , , affects]) => (
        state.mode === "date" ? affects && date > since && date <= day : brought.has(id)
      ));
      const box = element("div", undefined, { class: "claims-events", role: "status" });
      for (const [, date, title, what] of found.slice(-3)) {
        const line = box.appendChild(element("p", undefined, { dir: "auto" }));
        line.append(element("strong", `${date} ${title}. `), what);
      }
      if (!found.length) box.append(element("p", words("no_event")));
      return box;
    }

    function drawTimeline(transfers) {
      timeline.replaceChildren();
      timeline.dir = direction();
      timeline.lang = state.language;
      timeline.setAttribute("aria-label", words("time"));
      const bar = timeline.appendChild(element("div", undefined, { class: "claims-bar", dir: "ltr" }));
      bar.append(button("play", playing ? `❚❚ ${words("pause")}` : `▶ ${words("play")}`, () => play(!playing), Boolean(playing)));
      const sliders = bar.appendChild(element("div", undefined, { class: "claims-sliders" }));
      if (state.mode !== "date") sliders.append(slider("before", words("from"), "before"));
      sliders.append(slider("date", state.mode === "date" ? words("on") : words("to"), "date"), ticks());
      if (curated) timeline.append(happened(transfers));
    }

    // the swipe handle

    const handle = element("div", undefined, { class: "claims-handle", role: "slider", tabindex: "0", "aria-valuemin": 0, "aria-valuemax": 100 });
    handle.append(element("span", undefined, { "aria-hidden": "true" }));
    container.append(handle);

    function swipe(share) {
      state.swipe = Math.min(Math.max(share, 0), 1);
      handle.style.left = `${100 * state.swipe}%`;
      handle.setAttribute("aria-valuenow", Math.round(100 * state.swipe));
      drawing.clip(state.mode === "swipe" ? state.swipe : null);
    }

    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      handle.focus();
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = container.getBoundingClientRect();
      swipe((event.clientX - box.left) / box.width);
    });
    handle.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      swipe(state.swipe + step);
    });
    L.DomEvent.disableClickPropagation(handle);
    map.on("move zoomend resize", () => swipe(state.swipe));

    // measuring: length of the way clicked, and area once it has three corners

    const measure = {
      on: false,
      points: [],
      layer: L.layerGroup().addTo(map),
      toggle() {
        measure.on = !measure.on;
        measure.points = [];
        measure.layer.clearLayers();
        set({});
      },
      add(latlng) {
        measure.points.push(latlng);
        measure.layer.clearLayers();
        const { points } = measure;
        const metres = points.slice(1).reduce((sum, point, index) => sum + map.distance(points[index], point), 0);
        const scale = (Math.PI / 180) * drawing.RADIUS;
        const flat = points.map(({ lat, lng }) => [lng * scale * Math.cos((points[0].lat * Math.PI) / 180), lat * scale]);
        const area = Math.abs(flat.reduce((sum, [x, y], index) => {
          const [u, v] = flat[(index + 1) % flat.length];
          return sum + x * v - u * y;
        }, 0)) / 2e6;
        const shape = points.length > 2 ? L.polygon(points) : L.polyline(points);
        shape.setStyle({ color: "#111", weight: 2, fillOpacity: 0.08, className: "claims-measure" });
        const text = `${(metres / 1000).toFixed(2)} km${points.length > 2 ? `, ${area.toFixed(2)} km²` : ""}`;
        shape.bindTooltip(element("span", text), { permanent: true, className: "claims-label" }).addTo(measure.layer);
        if (points.length === 1) L.circleMarker(latlng, { radius: 3, color: "#111" }).addTo(measure.layer);
      },
    };

    map.on("click", ({ latlng }) => (measure.on ? measure.add(latlng) : openGround(latlng)));

    // everything

    function lines() {
      const options = { label, bands: state.bands, open: openLine };
      drawing.drawLines("lines", ledger.dayOf(state.date), options);
      drawing.drawLines("olderlines", state.mode === "swipe" ? ledger.dayOf(state.before) : null, options);
    }

    const passed = () => (state.mode === "date" ? [] : ledger.change(state.before, state.date));

    function drawPanels(transfers) {
      drawPanel();
      drawLegend(transfers);
      drawTimeline(transfers);
    }

    function paint() {
      const states = (at) => (state.view ? ledger.seen(state.view, at) : ledger.held(at, state.extent));
      const transfers = passed();
      drawing.ground("ground", states(state.date));
      drawing.ground("older", state.mode === "swipe" ? states(state.before) : []);
      drawing.changed(state.mode === "change" ? transfers : [], state.extent);
      lines();
      drawing.drawWater({ label, open: openLine });
      drawing.drawPlaces(ledger.dayOf(state.date), { label, open: openPlace, posts: state.posts });
      handle.hidden = state.mode !== "swipe";
      handle.setAttribute("aria-label", words("handle"));
      container.classList.toggle("claims-swiping", state.mode === "swipe");
      container.setAttribute("aria-label", words("map"));
      if (alone) document.documentElement.lang = state.language;
      swipe(state.swipe);
      drawPanels(transfers);
      toAddress();
    }

    // show all ground above the time bar, and beside the panels where the legend would cover some
    function fit() {
      const gap = 16;
      const below = timeline.offsetHeight + gap;
      map.fitBounds(data.bounds, { paddingBottomRight: [0, below], animate: false });
      const left = legend.offsetWidth + gap;
      const right = panel.offsetWidth + gap;
      const covered = !folded.legend && map.latLngToContainerPoint(data.bounds[0]).x < left;
      if (covered && left + right < 0.6 * container.clientWidth) {
        map.fitBounds(data.bounds, { paddingTopLeft: [left, 0], paddingBottomRight: [right, below], animate: false });
      }
    }

    map.on("zoomend", lines);
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(element("span", data.attribution).innerHTML); // a text node, serialised
    fromAddress();
    if (alone) window.addEventListener("hashchange", () => { fromAddress(); paint(); });
    drawPanels(passed()); // how large they are says where the ground goes
    fit();
    paint();
    map.claims = { state, set, ledger, openGround };
  }

  return { show };
})();
