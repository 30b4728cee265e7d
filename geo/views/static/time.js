// The time bar: play, steps and dates on its left; the chart, the sliders and the axis with its years on its right.
const claimsTime = ({ map, data, state, ledger, history, texts, room, axis, stops, set, say }) => {
  const { element, write, keep } = claimsElements;
  const { words, fills, moment, directed, worded, labelled } = texts;
  const PLAY_MS = 1500;
  const SPEEDS = [1, 2, 4, 0.5];
  const SCALE = 10000; // positions of a slider's thumb
  const PAGE = 5; // stops of a PageUp
  const updates = [];
  const own = { loops: false, speed: 1, compact: null, chart: null };
  let playing = null;

  const box = labelled(directed(element("section", undefined, { class: "claims-timeline" })), "time");
  const bar = box.appendChild(element("div", undefined, { class: "claims-bar", dir: "ltr" }));

  function button(name, press, text, label = null) {
    const node = worded(element("button", undefined, { type: "button", name }), text);
    if (label) texts.follow(() => { node.setAttribute("aria-label", label()); node.title = label(); });
    node.addEventListener("click", press);
    return node;
  }

  function pressed(node, value) {
    updates.push(() => node.setAttribute("aria-pressed", String(value())));
    return node;
  }

  // play

  function play(on) {
    window.clearInterval(playing);
    playing = null;
    let { date } = state;
    if (on) {
      if (date >= stops.at(-1) || ledger.scenarios.has(date)) [date] = stops;
      playing = window.setInterval(() => {
        const isLast = state.date >= stops.at(-1);
        if (isLast && !own.loops) play(false);
        else set({ date: isLast ? stops[0] : axis.step(state.date, 1) });
        if (!own.loops && state.date >= stops.at(-1)) play(false);
      }, PLAY_MS / own.speed);
    }
    set({ date });
  }

  function faster() {
    own.speed = SPEEDS[(SPEEDS.indexOf(own.speed) + 1) % SPEEDS.length];
    if (playing) play(true);
    else update();
  }

  function playing_() {
    const group = element("div", undefined, { class: "claims-play" });
    const playText = () => (playing ? `❚❚ ${words("pause")}` : `▶ ${words("play")}`);
    const playButton = pressed(button("play", () => play(!playing), playText), () => Boolean(playing));
    updates.push(() => write(playButton, playText()));
    const speed = button("speed", faster, () => `×${own.speed}`, () => `${words("speed")}: ×${own.speed}`);
    updates.push(() => {
      write(speed, `×${own.speed}`);
      speed.setAttribute("aria-label", `${words("speed")}: ×${own.speed}`);
    });
    const loop = pressed(button("loop", () => { own.loops = !own.loops; update(); }, () => "↻", () => words("loop")), () => own.loops);
    const scale = pressed(button("scale", () => { own.compact = !axis.isCompact(); update(); }, () => "⇹", () => words("compact")), axis.isCompact);
    updates.push(({ isCrowded }) => { scale.hidden = !isCrowded; });
    const chartButton = pressed(button("chart", () => { own.chart = !hasChart(); update(); }, () => "∿", () => words("timeline")), hasChart);
    group.append(playButton, speed, loop, scale, chartButton);
    return group;
  }

  // dates

  function wanted(text) {
    const typed = text.trim();
    if (stops.includes(typed)) return typed;
    if (!axis.isDated || !/^\d{4}(-\d\d){0,2}$/.test(typed)) return null;
    const day = `${typed}-01-01`.slice(0, 10);
    if (!new Date(`${day}T00:00Z`).toJSON()?.startsWith(day)) return null;
    return data.first <= typed && typed <= data.today ? day : null;
  }

  function field(key, title) {
    const row = element("div", undefined, { class: "claims-field" });
    const name = worded(element("span", undefined, { class: "claims-name", dir: "auto" }), title);
    const id = `${map.getContainer().id}-stops`;
    const input = element("input", undefined, {
      type: "text", name: `${key}_day`, list: id, autocomplete: "off", spellcheck: "false", maxlength: 40,
    });
    texts.follow(() => {
      input.setAttribute("aria-label", `${words("day")}: ${title()}`);
      input.title = fills(words("day_hint"), { first: stops[0], last: stops.at(-1) });
    });
    input.addEventListener("change", () => {
      const day = wanted(input.value);
      if (day === null) {
        say(input.title);
        input.setAttribute("aria-invalid", "true");
        return;
      }
      axis.add(day);
      set({ [key]: day });
    });
    input.addEventListener("focus", () => input.select());
    const step = (steps, glyph, label) => button(`${key}_${label}`, () => set({ [key]: axis.step(state[key], steps) }), () => glyph, () => `${title()}: ${words(label)}`);
    row.append(name, step(-1, "‹", "earlier"), input, step(1, "›", "later"));
    updates.push(() => {
      row.hidden = key === "before" && state.mode === "date";
      write(name, title());
      input.removeAttribute("aria-invalid");
      const shown = moment(state[key]);
      if (input.value !== shown) input.value = shown;
    });
    return row;
  }

  function known() {
    const list = element("datalist", undefined, { id: `${map.getContainer().id}-stops` });
    for (const stop of stops) list.append(element("option", undefined, { value: stop }));
    return list;
  }

  // sliders: the thumb stands where its date is on the axis; keys and drags move it from stop to stop

  function slider(key, title) {
    const input = element("input", undefined, { type: "range", name: key, min: 0, max: SCALE, step: 1 });
    input.addEventListener("input", () => {
      const date = axis.nearest(input.value / SCALE);
      if (date !== state[key]) set({ [key]: date });
      else place();
    });
    input.addEventListener("keydown", (event) => {
      const steps = {
        ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -PAGE, PageUp: PAGE, Home: -Infinity, End: Infinity,
      }[event.key];
      if (!steps || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      set({ [key]: axis.step(state[key], Math.max(Math.min(steps, stops.length), -stops.length)) });
    });
    function place() {
      input.value = String(Math.round(axis.at(ledger.dayOf(state[key])) * SCALE));
    }
    updates.push(() => {
      input.hidden = key === "before" && state.mode === "date";
      place();
      input.setAttribute("aria-label", title());
      input.setAttribute("aria-valuetext", moment(state[key]));
    });
    return input;
  }

  // one mark per stop, as tall as what changed hands on it

  function ticks() {
    const row = element("div", undefined, { class: "claims-ticks", "aria-hidden": "true" });
    const make = (stop) => element("span", undefined, { class: data.changes.includes(stop) ? "claims-event" : "", title: stop });
    let laid = "";
    updates.push(({ width }) => {
      const now = [width, axis.isCompact(), state.extent, stops.length].join();
      if (now === laid) return;
      laid = now;
      row.classList.toggle("claims-dense", stops.length > width / 4);
      const moved = history.moved(state.extent);
      const most = Math.max(...moved.values(), 1e-9);
      keep(row, stops, (stop) => stop, make, (mark, stop) => {
        mark.style.left = `${100 * axis.at(stop)}%`;
        mark.style.height = `${3 + 9 * Math.sqrt((moved.get(stop) ?? 0) / most)}px`;
      });
    });
    return row;
  }

  function years() {
    const row = element("div", undefined, { class: "claims-years", "aria-hidden": "true" });
    let laid = "";
    updates.push(({ width }) => {
      const now = [width, axis.isCompact(), stops.length].join();
      if (now === laid) return;
      laid = now;
      keep(row, axis.labels(width), ({ text }) => text, ({ text }) => element("span", text), (node, { share }) => { node.style.left = `${100 * share}%`; });
    });
    return row;
  }

  const fromTitle = () => words("from");
  const toTitle = () => words(state.mode === "date" ? "on" : "to");
  const chart = claimsChart({ data, state, ledger, history, texts, axis, set });
  const hasChart = () => own.chart ?? !room.isShort();
  const track = element("div", undefined, { class: "claims-track" });
  const inner = element("div", undefined, { class: "claims-inner" });
  inner.append(ticks(), years());
  track.append(chart.box, slider("before", fromTitle), slider("date", toTitle), inner);
  const fields = element("div", undefined, { class: "claims-fields" });
  fields.append(field("before", fromTitle), field("date", toTitle), known());
  bar.append(playing_(), fields, track);
  room.put("time", box);

  let last = [];
  let width = 0; // measured on a change of size, not on each step
  function update(areas = last) {
    last = areas;
    chart.box.hidden = !hasChart();
    width ||= inner.clientWidth;
    const isCrowded = axis.lay(width, own.compact);
    for (const change of updates) change({ width, isCrowded });
    if (hasChart()) chart.update(areas, width);
  }
  new ResizeObserver(() => {
    width = inner.clientWidth;
    update();
  }).observe(track);

  return { box, update };
};
