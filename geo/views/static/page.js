// The page of one map: its state, the meaning of clicks, the ground's place beside the panels, and printing.
const claims = (() => {
  const MODES = new Set(["date", "change", "swipe"]);
  const FINGER = 16; // pixels by which a finger may miss
  const MOUSE = 4;
  const AFTER_MS = 100; // the click that ends a drawing comes after the drawing has ended

  function show(map, data) {
    const container = map.getContainer();
    const ledger = claimsLedger(data);
    const state = { ...data.state, swipe: 0.5, bands: true, posts: true, measuring: false };
    const stops = [...new Set([...data.changes, state.date, state.before, data.today])]
      .filter((moment) => !ledger.scenarios.has(moment)).sort();
    const texts = claimsTexts(data, state, ledger.scenarios);
    const drawing = claimsDrawing(map, data, pick, texts);
    const swipe = claimsSwipe({ map, state, drawing, texts });
    const cards = claimsCards({ map, data, state, ledger, drawing, texts, momentAt: swipe.momentAt });
    const measure = claimsMeasure(map, (text) => panels.say(text));
    claimsAddress.open(() => { fromAddress(); paint(); });
    fromAddress();
    const panels = claimsPanels({ map, data, state, ledger, drawing, texts, cards, stops, set });

    // state

    function set(change) {
      const old = { ...state };
      Object.assign(state, change);
      if (state.measuring !== old.measuring) measure.toggle(state.measuring);
      paint(old);
    }

    function fromAddress() {
      const given = claimsAddress.read();
      const isDay = (value) => /^\d{4}-\d\d-\d\d$/.test(value) && new Date(`${value}T00:00Z`).toJSON()?.startsWith(value);
      const inside = (value) => stops.includes(value) || (isDay(value) && data.first <= value && value <= data.today);
      for (const key of ["date", "before"]) {
        const value = given.get(key);
        if (value && (ledger.scenarios.has(value) || inside(value))) state[key] = value;
      }
      if (MODES.has(given.get("mode"))) state.mode = given.get("mode");
      if (data.languages.some(([tag]) => tag === given.get("lang"))) state.language = given.get("lang");
      if (ledger.EXTENTS.includes(given.get("extent"))) state.extent = given.get("extent");
      const view = given.get("view");
      if (view === "" || Object.hasOwn(data.faces[0].seen, view ?? "")) state.view = view;
      for (const value of [state.date, state.before]) {
        if (!ledger.scenarios.has(value) && !stops.includes(value)) stops.push(value);
      }
      stops.sort();
    }

    function toAddress() {
      const kept = { date: state.date, mode: state.mode, lang: state.language, extent: state.extent, view: state.view };
      if (state.mode !== "date") kept.before = state.before;
      claimsAddress.write(kept);
    }

    // what is shown

    const states = (moment) => (state.view ? ledger.seen(state.view, moment) : ledger.held(moment, state.extent));
    const nameOf = (names) => [texts.named(names), texts.languageOf(names)];

    function paint(old = null) {
      const transfers = state.mode === "date" ? [] : ledger.change(state.before, state.date);
      const older = state.mode === "swipe";
      drawing.ground("ground", states(state.date));
      drawing.ground("older", older ? states(state.before) : []);
      drawing.changed(state.mode === "change" ? transfers : [], state.extent);
      drawing.drawLines(ledger.dayOf(state.date), older ? ledger.dayOf(state.before) : null, state.bands);
      drawing.drawPlaces(ledger.dayOf(state.date), state.posts);
      container.classList.toggle("claims-swiping", older);
      if (old?.language !== state.language) {
        texts.translate();
        drawing.relabel(nameOf);
        if (claimsAddress.owned()) document.documentElement.lang = state.language;
      }
      swipe.update();
      panels.update(transfers);
      toAddress();
    }

    // clicks: the topmost thing is meant; while drawing or measuring, clicks do only that

    let drawn = false;

    function pick(thing, latlng, options) {
      cards.openThing(thing, latlng, options);
    }

    map.on("click", ({ latlng, containerPoint, originalEvent }) => {
      if (drawn) return;
      if (state.measuring) {
        measure.add(latlng);
        return;
      }
      const reach = originalEvent?.pointerType === "touch" ? FINGER : MOUSE;
      pick(drawing.near(containerPoint, reach) ?? { kind: "zone", item: null }, latlng);
    });

    function busy(on) {
      drawn = on;
      container.classList.toggle("claims-busy", on);
      if (on) cards.close();
    }

    const begin = ["draw:drawstart", "draw:editstart", "draw:deletestart"];
    const end = ["draw:drawstop", "draw:editstop", "draw:deletestop"];
    map.on(begin.join(" "), () => busy(true));
    map.on(end.join(" "), () => window.setTimeout(busy, AFTER_MS, false));

    container.addEventListener("keydown", (event) => {
      if (measure.key(event)) return;
      if (event.key !== "Escape") return;
      if (cards.close() || !state.measuring) return;
      set({ measuring: false });
    });

    // show all ground above the time bar, and beside the panels if they would cover some

    function fitBetween(left, below, right) {
      map.fitBounds(data.bounds, { paddingTopLeft: [left, 0], paddingBottomRight: [right, below], animate: false });
    }

    const GAP = 16;

    function fit() {
      if (!container.clientWidth || !container.clientHeight) { // hidden: there is nothing to fit to
        map.setView(L.latLngBounds(data.bounds).getCenter(), 9, { animate: false });
        return;
      }
      const below = panels.timeline.offsetHeight + GAP;
      fitBetween(0, below, 0);
      const [left, right] = [panels.legend.offsetWidth + GAP, panels.panel.offsetWidth + GAP];
      const open = panels.legend.querySelector("details").open;
      const covered = open && map.latLngToContainerPoint(data.bounds[0]).x < left;
      if (covered && left + right < 0.6 * container.clientWidth) fitBetween(left, below, right);
    }

    // on portrait paper the legend is below the ground, on landscape paper beside it
    function fitPaper() {
      container.classList.toggle("claims-standing", container.clientHeight > container.clientWidth);
      const box = container.getBoundingClientRect();
      const below = () => box.bottom - panels.timeline.getBoundingClientRect().top;
      container.style.setProperty("--bar", `${below()}px`);
      const legend = panels.legend.getBoundingClientRect();
      if (container.classList.contains("claims-standing")) fitBetween(0, box.bottom - legend.top + GAP, 0);
      else fitBetween(legend.right - box.left + GAP, below() + GAP, 0);
    }

    container.setAttribute("role", "region");
    texts.follow(() => container.setAttribute("aria-label", texts.named(data.title) || texts.words("map")));
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(claimsElements.element("span", data.attribution).innerHTML); // a text node, serialised
    paint(); // how large the panels are says where the ground goes
    fit();
    drawing.widen();
    claimsPaper(map, fit, fitPaper);
  }

  return { show };
})();
