// Cards with what is known about a place, a line or the ground. One is open at a time; Escape closes it and restores focus.
const claimsCards = ({ map, data, state, ledger, drawing, texts, room, pointer, momentAt }) => {
  const { element, link } = claimsElements;
  const { words, called, party, basis, named, said, fills, isolated, whole, direction } = texts;
  const UNSPOKEN = new Set(["unit", "extent"]); // kinds of zones that serve the sums alone
  let open = null;

  function rowsOf(pairs) {
    const table = element("table");
    for (const [name, value] of pairs) {
      if (!value) continue;
      const row = table.insertRow();
      row.append(element("th", name, { scope: "row" }), element("td", value, { dir: "auto" }));
    }
    return table;
  }

  function sourcesOf(indices) {
    const list = element("ul");
    for (const index of new Set(indices)) {
      const [title, address, grade] = data.sources[index];
      list.appendChild(element("li", undefined, { dir: "auto" })).append(link(title, address), grade ? ` (${words(`grade_${grade}`)})` : "");
    }
    return list;
  }

  // beside the map, and on a small screen below it: a card never covers what it is about
  function show(about, title, pairs, sources, { more = [], opener = null }) {
    const within = open?.box.contains(document.activeElement);
    remove();
    const box = element("div", undefined, { class: "claims-popup", dir: direction(), lang: state.language, role: "dialog", "aria-label": title, tabindex: "-1" });
    const shut = element("button", "×", { type: "button", class: "claims-close", "aria-label": words("close") });
    shut.addEventListener("click", close);
    box.append(shut, element("h2", title, { dir: "auto" }), rowsOf(pairs), ...more);
    if (sources?.length) box.append(element("h3", words("sources")), sourcesOf(sources));
    open = { box, opener };
    room.hold(true);
    room.showCard(box);
    const bounds = pointer.show(about);
    room.reveal(about.seen ? [about.seen, about.seen] : bounds);
    if (opener || within) box.focus({ preventScroll: true });
  }

  function remove() {
    if (!open) return;
    open.box.remove();
    open = null;
    pointer.clear();
    room.showCard(null);
    room.hold(false);
  }

  function close() {
    if (!open) return false;
    const { opener } = open;
    remove();
    for (let box = opener?.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    else map.getContainer().focus({ preventScroll: true });
    return true;
  }

  const period = (from, to) => `${from} – ${to || words("today")}`;
  const support = ([grade, publishers, accounts] = []) =>
    grade ? [words(`grade_${grade}`), `${words("publishers")}: ${publishers}`, accounts === "not_told" ? "" : words(`accounts_${accounts}`)].filter(Boolean).join(words("semicolon")) : "";
  const accuracy = (metres) => (metres ? `± ${texts.metres(whole(metres))} (${words("sigma")})` : "");

  function openLine(latlng, line, options) {
    const pairs = [
      [words("valid"), period(line.from, line.to)],
      [words("accuracy"), accuracy(line.accuracy)],
      [words("basis"), basis(line.basis)],
      [words("evidence"), support(line.evidence)],
      [words("note"), said(line.note)],
    ];
    show({ courses: line.courses?.map(({ course }) => course) ?? [line.course], seen: latlng }, named(line.names), pairs, line.sources, options);
  }

  function openPlace(latlng, place, options) {
    const others = Object.values(place.names).filter((name) => name !== named(place.names));
    const pairs = [
      [words("names"), [...new Set(others)].join(", ")],
      [words("kind"), called("kind", place.kind)],
      [words("reported"), place.last ? `${place.from} – ${place.last}` : ""],
      [words("people"), place.people ? `${whole(place.people[0])} (${place.people[1]})` : ""],
      [words("position"), accuracy(place.accuracy)],
      [words("side"), said(place.side)],
      [words("evidence"), support(place.evidence)],
      [words("note"), said(place.note)],
    ];
    show({ at: latlng }, named(place.names), pairs, place.sources, options);
  }

  function claimsOn(zones, day) {
    const claimed = data.claims.filter(([zone, , , from, to]) => zones.includes(zone) && drawing.valid({ from, to }, day));
    const more = element("details");
    more.append(element("summary", `${words("claims")} (${claimed.length})`));
    const list = more.appendChild(element("ul"));
    for (const [, claimant, , from, , statement, sources, evidence] of claimed) {
      const item = list.appendChild(element("li", undefined, { dir: "auto" }));
      item.append(element("strong", party(claimant)), ` ${isolated(from)}: ${said(statement)} `);
      for (const index of sources) item.append(link(`[${data.sources[index][0]}]`, data.sources[index][1]), " ");
      if (support(evidence)) item.append(`(${support(evidence)})`);
    }
    return more;
  }

  function openGround(latlng, { zone = null, ...options }) {
    const face = drawing.faceAt(latlng);
    if (face < 0) {
      remove();
      return;
    }
    const { zones, held } = data.faces[face];
    const at = momentAt(latlng);
    const day = ledger.dayOf(at);
    const best = ledger.held(at, state.extent)[face];
    const until = held[state.extent].find(([from]) => from > day)?.[0];
    const event = data.events.find(([id]) => id === best.event);
    const spoken = zones.filter((id) => Object.hasOwn(data.zones, id)).map((id) => data.zones[id]).filter((known) => !UNSPOKEN.has(known.kind));
    const inTime = zone ?? spoken.find((known) => drawing.valid(known, day)) ?? spoken[0];
    const other = ledger.EXTENTS
      .map((extent) => [extent, ledger.held(at, extent)[face].controller])
      .filter(([, controller]) => controller !== best.controller)
      .map(([extent, controller]) => `${words(extent)}: ${party(controller)}`);
    const near = drawing.nearest(latlng, day);
    const pairs = [
      [words("held_by"), best.supposed ? `${party(best.controller)} (${words("hypothetical")})` : party(best.controller)],
      [words("since"), best.supposed || !best.from ? "" : period(best.from, until)],
      [words("event"), event ? `${isolated(event[1])}: ${said(event[2])}` : ""],
      [words("other_extents"), other.join(words("semicolon"))],
      [words("basis"), basis(best.basis)],
      [words("evidence"), support(best.evidence)],
      [words("note"), said(best.note)],
      [words("nearest_line"), near ? `${named(near.line.names)}: ${texts.metres(whole(near.metres))}; ± ${texts.metres(whole(near.line.accuracy))}` : ""],
    ];
    if (state.view) {
      const view = ledger.seen(state.view, at)[face];
      pairs.unshift([fills(words("counted_by"), { party: party(state.view) }), `${party(view.controller)}: ${named(view.names)}`]);
    }
    const more = data.claims.length ? [claimsOn(zones, day)] : [];
    const id = zones.find((one) => inTime && data.zones[one] === inTime);
    const faces = id ? [...data.faces.keys()].filter((one) => data.faces[one].zones.includes(id)) : [face];
    show({ faces, seen: zone ? null : latlng }, named(inTime?.names) || words("ground"), pairs, best.sources, { more, ...options });
  }

  function openThing({ kind, item }, latlng, options = {}) {
    if (kind === "place") openPlace(L.latLng(item.at), item, options);
    else if (kind === "line") openLine(latlng, item, options);
    else openGround(latlng, { zone: item, ...options });
  }

  // zones valid on the day shown, each with a point inside
  function zonesShown() {
    const day = ledger.dayOf(state.date);
    return Object.values(data.zones)
      .filter((zone) => zone.at && !UNSPOKEN.has(zone.kind) && drawing.valid(zone, day))
      .map((zone) => ({ kind: "zone", item: zone, at: zone.at }));
  }

  return { openThing, close, remove, zonesShown, opener: () => open?.opener ?? null };
};
