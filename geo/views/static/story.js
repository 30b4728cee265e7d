// The strip on top: what happened, how much and how sure, in one sentence, and the events that brought it.
const claimsStory = ({ data, state, ledger, history, texts, room, pointer, axis, set }) => {
  const { element, write, keep } = claimsElements;
  const { words, party, fills, longDate, inDigits, km2, directed } = texts;
  const MOST = 3; // transfers or parties that are named
  const box = texts.labelled(directed(element("section", undefined, { class: "claims-story" })), "event");
  const headline = box.appendChild(element("h1"));
  const list = box.appendChild(element("ol", undefined, { class: "claims-events" }));
  const told = box.appendChild(element("p", undefined, { class: "claims-told", dir: "auto" }));
  const rest = element("li");
  const more = rest.appendChild(element("button", undefined, { type: "button", class: "claims-more", "aria-expanded": "false" }));
  let isOpen = false;
  let picked = null;
  let shown = [];

  const digits = (value) => (value < 100 ? 1 : 0);
  const short = (value, like = value) => inDigits(value, digits(like));
  const between = (low, high) => `${short(Math.max(low, 0), high)}\u2060–\u2060${short(high)}`; // which does not break

  function sureness({ area, margin, low, high }) {
    const by = [];
    if (margin !== null) by.push(fills(words("by_lines"), { range: between(area - margin, area + margin) }));
    if (low < high && state.extent === "best") by.push(fills(words("by_reports"), { range: between(low, high) }));
    return by.length ? ` (${by.join(words("semicolon"))})` : "";
  }

  const shownScenario = () => (
    ledger.scenarios.get(state.date) ?? (state.mode === "date" ? undefined : ledger.scenarios.get(state.before))
  );

  function passed(transfers) {
    const real = transfers.filter(({ area }) => area > 0);
    const passing = shownScenario() ? "story_would_pass" : "story_passed";
    const isOne = real.length === 1;
    const parts = real.slice(0, MOST).map((row) => (
      fills(words(passing), { area: km2(short(row.area)), from: party(row.from), to: party(row.to) }) + (isOne ? "" : sureness(row))
    ));
    if (real.length > MOST) parts.push(fills(words("and_more"), { number: String(real.length - MOST) }));
    const said = parts.length ? parts.join(words("semicolon")) : words("nothing");
    const frame = ledger.scenarios.has(state.date) ? "story_supposed" : "story_change";
    return fills(words(frame), { said, before: longDate(state.before), date: longDate(state.date) }) + (isOne ? sureness(real[0]) : "");
  }

  function holds(rows) {
    const real = rows.filter(({ area, controller }) => area > 0 && controller !== "none").sort((one, other) => other.area - one.area);
    const parts = real.slice(0, MOST).map((row) => {
      const margin = row.margin === null ? "" : ` ± ${short(row.margin, row.area)}`;
      return `${fills("{party}", { party: party(row.controller) })} ${km2(`${short(row.area)}${margin}`)}`;
    });
    if (real.length > MOST) parts.push(fills(words("and_more"), { number: String(real.length - MOST) }));
    return parts.join(words("semicolon"));
  }

  function sentence(transfers, areas = ledger.areas(state.date, state.view, state.extent)) {
    const said = [];
    if (shownScenario()) said.push(`${words("hypothetical").toUpperCase()}:`);
    const ground = state.view
      ? fills(words("story_view"), { party: party(state.view), date: longDate(state.date) })
      : fills(words("story_date"), { date: longDate(state.date) });
    if (state.mode === "date") said.push(`${ground} ${holds(areas)}.`);
    else {
      said.push(`${passed(transfers)}.`);
      if (state.view) said.push(fills(words("story_colours"), { party: party(state.view) }));
    }
    const until = texts.reported(ledger.dayOf);
    if (until) said.push(until);
    if (state.extent !== "best" && !(state.view && state.mode === "date")) said.push(words(`story_${state.extent}`));
    return said.join(" ");
  }

  // events

  function happened(transfers) {
    if (state.mode === "date") {
      const day = ledger.dayOf(state.date);
      const every = [...data.faces.keys()];
      const last = history.lastChange(day, state.extent);
      return last ? history.eventsOf(every, state.extent, history.lastChange(last, state.extent, true) ?? "", last) : [];
    }
    const days = [ledger.dayOf(state.before), ledger.dayOf(state.date)].sort();
    const faces = [...new Set(transfers.flatMap((row) => row.faces[state.extent]))];
    return history.eventsOf(faces, state.extent, ...days);
  }

  function point(event) {
    picked = picked === event.id ? null : event.id;
    if (!picked) {
      pointer.clear();
      paint();
      return;
    }
    set({ date: event.on, ...(state.before > event.on && state.mode !== "date" && { before: axis.step(event.on, -1) }) }, event.id);
    room.reveal(pointer.show({ faces: event.faces }));
  }

  function make() {
    const row = element("li");
    const node = row.appendChild(element("button", undefined, { type: "button" }));
    node.append(element("strong", undefined, { dir: "auto" }), element("span", undefined, { dir: "auto" }), element("small"));
    node.addEventListener("click", () => point(shown.find(({ id }) => id === row.dataset.event)));
    return row;
  }

  const titleOf = (title) => (typeof title === "string" ? texts.said(title) : texts.named(title));

  function paint() {
    const most = room.isShort() ? 1 : MOST;
    const rows = isOpen ? shown : shown.slice(0, most);
    keep(list, rows, ({ id }) => id, make, (row, event) => {
      const [date, title, area] = row.firstChild.children;
      row.dataset.event = event.id;
      row.firstChild.setAttribute("aria-pressed", String(event.id === picked));
      write(date, event.date);
      write(title, titleOf(event.title));
      write(area, event.area ? km2(short(event.area)) : "");
    });
    const hidden = shown.length - most;
    rest.hidden = hidden <= 0;
    list.append(rest);
    more.setAttribute("aria-expanded", String(isOpen));
    write(more, isOpen ? words("fewer") : fills(words("and_more"), { number: String(hidden) }));
    const event = shown.find(({ id }) => id === picked);
    told.hidden = !event?.what;
    write(told, event?.what ? titleOf(event.what) : "");
    list.hidden = !shown.length;
  }

  more.addEventListener("click", () => {
    isOpen = !isOpen;
    paint();
  });
  room.put("story", box);

  function update(transfers, areas, event = null) {
    if (event !== picked) {
      picked = event;
      pointer.clear();
    }
    write(headline, sentence(transfers, areas));
    if (data.events.length) shown = happened(transfers);
    paint();
  }

  return { update, refold: paint, text: () => headline.textContent };
};
