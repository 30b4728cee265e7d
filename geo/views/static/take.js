// What a reader takes along: a picture of the view, its data, a link to it. Nothing is fetched, and all is made here.
const claimsTake = ({ map, data, state, ledger, drawing, texts, story, say }) => {
  const { element } = claimsElements;
  const { words } = texts;
  const container = map.getContainer();

  function save(blob, name) {
    const address = URL.createObjectURL(blob);
    element("a", undefined, { href: address, download: name }).click();
    window.setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  const slug = (text) => String(text).replaceAll(/[^\p{L}\p{N}]+/gu, "-");
  const fileName = (ending) => (state.mode === "date"
    ? `control_${slug(state.date)}.${ending}`
    : `change_${slug(state.before)}_${slug(state.date)}.${ending}`);

  // data: one feature per patch of ground, as RFC 7946 has it

  const turned = (ring) => ring.reduce((sum, [y, x], index) => {
    const [y1, x1] = ring[(index + 1) % ring.length];
    return sum + x * y1 - x1 * y;
  }, 0);

  function ringOf(points, isShell) {
    const ordered = (turned(points) > 0) === isShell ? points : [...points].reverse();
    return [...ordered, ordered[0]].map(([lat, lon]) => [lon, lat]);
  }

  function featureOf(face, properties) {
    const [shell, ...holes] = drawing.ringsOf(face);
    return {
      type: "Feature",
      properties: { ...properties, zones: data.faces[face].zones, area_km2: Number(ledger.km2([face]).toFixed(6)) },
      geometry: { type: "Polygon", coordinates: [ringOf(shell, true), ...holes.map((hole) => ringOf(hole, false))] },
    };
  }

  function features() {
    const stated = { extent: state.extent, ...(ledger.scenarios.has(state.date) && { hypothetical: true }) };
    if (state.mode !== "date") {
      return ledger.change(state.before, state.date, state.extent).flatMap(({ from, to, faces }) => (
        faces[state.extent].map((face) => featureOf(face, { from, to, before: state.before, date: state.date, ...stated }))
      ));
    }
    const rows = state.view ? ledger.seen(state.view, state.date) : ledger.held(state.date, state.extent);
    const given = state.view ? { date: state.date, perspective: state.view } : { date: state.date, ...stated };
    return rows.map(({ controller }, face) => featureOf(face, { controller, ...given })).filter(({ properties }) => properties.controller !== "none");
  }

  function geojson() {
    const collection = { type: "FeatureCollection", attribution: texts.attribution(), features: features() };
    save(new Blob([JSON.stringify(collection)], { type: "application/geo+json" }), fileName("geojson"));
  }

  // link

  async function link() {
    try {
      await navigator.clipboard.writeText(window.location.href);
      say(words("link_copied"));
    } catch {
      window.prompt(words("link"), window.location.href);
    }
  }

  async function png() {
    const blob = await claimsPicture({
      map, texts,
      title: story.text(),
      rows: [...container.querySelectorAll(".claims-legend tr")],
      notes: [...sourcesShown(), texts.attribution()],
    });
    save(blob, fileName("png"));
  }

  // titles of what control is taken from, where ground is shown
  function sourcesShown() {
    const rows = ledger.held(state.date, state.extent);
    const faces = state.mode === "date" ? [...rows.keys()] : ledger.change(state.before, state.date, state.extent).flatMap((row) => row.faces[state.extent]);
    const titles = [...new Set(faces.flatMap((face) => rows[face].sources))].map((index) => data.sources[index][0]);
    return titles.length ? [`${words("sources")}: ${titles.join("; ")}.`] : [];
  }

  function buttons(button) {
    const box = element("div", undefined, { class: "claims-take" });
    box.append(button("picture", png), button("geojson", geojson));
    if (claimsAddress.owned()) box.append(button("link", link));
    if (document.fullscreenEnabled) {
      box.append(button("fullscreen", () => (document.fullscreenElement ? document.exitFullscreen() : container.requestFullscreen())));
    }
    return box;
  }

  return { buttons };
};
