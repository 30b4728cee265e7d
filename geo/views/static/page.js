// The page of one map: its state, the meaning of clicks, and what belongs to the page as a whole.
const claims = (() => {
  const MODES = new Set(["date", "change", "swipe"]);
  const FINGER = 16; // pixels by which a finger may miss
  const MOUSE = 4;
  const AFTER_MS = 100; // the click that ends a drawing comes after the drawing has ended
  const ANNOUNCE_MS = 400;
  const CITED = 1200; // pixels of width from which the attribution stands beside the ground
  const { element, write } = claimsElements;

  // one live region, announced when the view has changed and settled
  function announcer(container, texts) {
    const box = container.appendChild(texts.directed(element("div", undefined, { class: "claims-live", role: "status" })));
    let pending = null;
    return (text) => {
      window.clearTimeout(pending);
      pending = window.setTimeout(write, ANNOUNCE_MS, box, text);
    };
  }

  // the map does not glide for readers who asked for less motion
  function quiet(map) {
    if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    Object.assign(map.options, { inertia: false, zoomAnimation: false, markerZoomAnimation: false, fadeAnimation: false });
    map._zoomAnimated = false;
    map._fadeAnimated = false;
    const pan = map.panBy;
    map.panBy = (offset, options) => pan.call(map, offset, { ...options, animate: false });
  }

  function show(map, data) {
    const container = map.getContainer();
    const ledger = claimsLedger(data);
    const history = claimsHistory(data, ledger);
    const state = { ...data.state, swipe: 0.5, bands: true, posts: true, measuring: false };
    const stops = [...new Set([...data.changes, state.date, state.before, data.today])]
      .filter((moment) => !ledger.scenarios.has(moment)).sort();
    const axis = claimsAxis(stops);
    const texts = claimsTexts(data, state, ledger.scenarios);
    const drawing = claimsDrawing(map, data, pick, texts);
    const room = claimsRoom(map, data.bounds, drawing.avoid);
    const pointer = claimsPointer(map, data, drawing);
    const swipe = claimsSwipe({ map, state, drawing, texts, moved: toAddress });
    const cards = claimsCards({ map, data, state, ledger, drawing, texts, room, pointer, momentAt: swipe.momentAt });
    const say = announcer(container, texts);
    const measure = claimsMeasure(map, texts, say);
    let view = null; // the view that the address asks for
    quiet(map);
    claimsAddress.open(() => { fromAddress(); paint(); look(); });
    fromAddress();
    const parts = { map, data, state, ledger, history, drawing, texts, cards, room, pointer, axis, stops, set, say };
    const story = claimsStory(parts);
    const panels = claimsPanels({ ...parts, take: claimsTake({ ...parts, story }) });
    const time = claimsTime(parts);

    // state

    function set(change, event = null) {
      const old = { ...state };
      Object.assign(state, change);
      if (state.measuring !== old.measuring) measure.toggle(state.measuring);
      paint(old, event);
    }

    function fromAddress() {
      const given = claimsAddress.read();
      const isDay = (value) => /^\d{4}-\d\d-\d\d$/.test(value) && new Date(`${value}T00:00Z`).toJSON()?.startsWith(value);
      const inside = (value) => stops.includes(value) || (axis.isDated && isDay(value) && data.first <= value && value <= data.today);
      for (const key of ["date", "before"]) {
        const value = given.get(key);
        if (!value || !(ledger.scenarios.has(value) || inside(value))) continue;
        state[key] = value;
        if (!ledger.scenarios.has(value)) axis.add(value);
      }
      if (MODES.has(given.get("mode"))) state.mode = given.get("mode");
      if (data.languages.some(([tag]) => tag === given.get("lang"))) state.language = given.get("lang");
      if (ledger.EXTENTS.includes(given.get("extent"))) state.extent = given.get("extent");
      const party = given.get("view");
      if (party === "" || Object.hasOwn(data.faces[0].seen, party ?? "")) state.view = party;
      for (const key of ["bands", "posts"]) if (given.has(key)) state[key] = given.get(key) !== "0";
      const share = Number(given.get("swipe") ?? NaN);
      if (share >= 0 && share <= 1) state.swipe = share;
      const place = /^(-?[\d.]+)_(-?[\d.]+)_([\d.]+)$/.exec(given.get("at") ?? "")?.slice(1).map(Number);
      view = place?.every(Number.isFinite) && Math.abs(place[0]) <= 90 && place[2] <= map.getMaxZoom() ? place : null;
    }

    function toAddress() {
      const kept = { date: state.date, mode: state.mode, lang: state.language, extent: state.extent, view: state.view };
      if (state.mode !== "date") kept.before = state.before;
      if (state.mode === "swipe") kept.swipe = state.swipe.toFixed(2);
      for (const key of ["bands", "posts"]) if (!state[key]) kept[key] = 0;
      if (!room.isFollowing()) {
        const { lat, lng } = map.getCenter();
        kept.at = [lat.toFixed(4), lng.toFixed(4), map.getZoom().toFixed(2)].join("_");
      }
      claimsAddress.write(kept);
    }

    function look() {
      if (view) map.setView([view[0], view[1]], view[2], { animate: false });
      else if (!room.isFollowing()) room.fit();
    }

    // what is shown

    const states = (moment) => (state.view ? ledger.seen(state.view, moment) : ledger.held(moment, state.extent));
    const nameOf = (names) => [texts.named(names), texts.languageOf(names)];

    function paint(old = null, event = null) {
      const transfers = state.mode === "date" ? [] : ledger.change(state.before, state.date, state.extent);
      const areas = ledger.areas(state.date, state.view, state.extent);
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
        if (claimsAddress.owned()) {
          document.documentElement.lang = state.language;
          // the page has its title in the language that it opens in
          if (old || state.language !== data.state.language) document.title = texts.named(data.title) || texts.words("map");
        }
      }
      swipe.update();
      story.update(transfers, areas, event);
      panels.update(transfers, areas);
      time.update(areas);
      say(story.text());
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
      if (on) cards.remove();
    }

    const begin = ["draw:drawstart", "draw:editstart", "draw:deletestart"];
    const end = ["draw:drawstop", "draw:editstop", "draw:deletestop"];
    map.on(begin.join(" "), () => busy(true));
    map.on(end.join(" "), () => window.setTimeout(busy, AFTER_MS, false));
    map.on("moveend", toAddress);

    container.addEventListener("keydown", (event) => {
      if (measure.key(event)) return;
      if (event.key !== "Escape") return;
      if (cards.close() || !state.measuring) return;
      set({ measuring: false });
    });

    // attribution: folded behind a button where room is scarce

    function attribute() {
      map.attributionControl.setPrefix(false);
      let said = "";
      texts.follow(() => {
        const text = element("span", texts.attribution(), { dir: "auto" }).outerHTML; // a text node, serialised
        if (said) map.attributionControl.removeAttribution(said);
        map.attributionControl.addAttribution(text);
        said = text;
      });
      const box = map.attributionControl.getContainer();
      box.id = `${container.id}-attribution`;
      const button = element("button", "i", { type: "button", class: "claims-cite", "aria-controls": box.id });
      texts.follow(() => { button.setAttribute("aria-label", texts.words("attribution")); });
      const open = (on) => {
        container.classList.toggle("claims-cited", on);
        button.setAttribute("aria-expanded", String(on));
      };
      button.addEventListener("click", () => open(!container.classList.contains("claims-cited")));
      L.DomEvent.disableClickPropagation(button);
      box.before(button);
      open(container.clientWidth >= CITED && !room.isLow());
    }

    // one map of a page is its main part
    const isMain = !document.querySelector("main, [role=main]");
    container.setAttribute("role", isMain ? "main" : "region");
    texts.follow(() => container.setAttribute("aria-label", texts.named(data.title) || texts.words("map")));
    container.setAttribute("tabindex", "0");
    attribute();
    room.arrange();
    paint(); // how large the panels are says where the ground goes
    room.settle();
    room.fit();
    if (view) look();
    drawing.widen();
    claimsPaper({ map, room, begin: cards.remove, resized: () => { room.arrange(); story.refold(); room.settle(); } });
  }

  return { show };
})();
