// Places as symbols: one stop of the Tab key, in which arrow keys go to the next place that way.
const claimsPlaces = ({ map, data, texts, symbol, on, touchable, pick, tell, hush, nameOf }) => {
  const ORDER = [0, 2, 1, 3]; // the ranks of places, most important first
  const POSTS = 2;

  const Spot = L.CircleMarker.extend({
    _updatePath() {
      const { shape, radius } = this.options;
      this._renderer._setPath(this, this._empty() ? "M0 0" : symbol(shape, this._point, radius));
    },
  });

  const dots = data.places.map((place, at) => {
    const { shape, radius, edge, inside } = data.symbols[place.kind];
    const dot = new Spot(place.at, on("places", {
      shape, radius, color: edge, weight: 1.2, fillColor: inside, fillOpacity: 1, bubblingMouseEvents: false, className: "claims-dot",
    }));
    const entry = { id: `place ${at}`, place, dot, radius, minor: place.rank !== 0 && place.rank !== POSTS, hidden: null };
    dot.on("add", () => {
      const path = dot.getElement();
      entry.hidden = null;
      path.setAttribute("role", "button");
      path.setAttribute("tabindex", "-1");
      L.DomEvent.on(path, "focus", () => {
        if (!map.getBounds().contains(place.at)) map.panTo(place.at, { animate: false });
        rove(entry);
        tell(map.latLngToLayerPoint(place.at), { kind: "place", item: place });
      });
      L.DomEvent.on(path, "blur", hush);
      title(entry);
    });
    touchable(dot, "place", place);
    return entry;
  });

  const title = ({ place, dot }) => dot.getElement()?.setAttribute("aria-label", `${nameOf(place.names)[0]}, ${texts.called("kind", place.kind)}`);

  let stop = null; // the dot that Tab reaches

  function rove(entry) {
    if (stop === entry) return;
    stop?.dot.getElement()?.setAttribute("tabindex", "-1");
    stop = entry;
    stop?.dot.getElement().setAttribute("tabindex", "0");
  }

  const TO = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // the nearest place in a direction: what is aside counts double
  function nextTo({ place }, [x, y]) {
    const from = map.latLngToLayerPoint(place.at);
    let best = [Infinity, null];
    for (const entry of dots) {
      if (!open(entry) || entry.place === place) continue;
      const away = map.latLngToLayerPoint(entry.place.at).subtract(from);
      const [ahead, aside] = [away.x * x + away.y * y, Math.abs(away.x * y) + Math.abs(away.y * x)];
      if (ahead > 0 && ahead >= aside / 2 && ahead + 2 * aside < best[0]) best = [ahead + 2 * aside, entry];
    }
    return best[1];
  }

  map.getPane("claims-places").addEventListener("keydown", (event) => {
    const entry = dots.find(({ dot }) => dot.getElement() === event.target);
    if (!entry) return;
    const way = TO[event.key];
    if (way) nextTo(entry, way)?.dot.getElement().focus({ preventScroll: true });
    else if (event.key === "Enter" || event.key === " ") {
      hush();
      pick({ kind: "place", item: entry.place }, L.latLng(entry.place.at), { opener: event.target });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const known = (entry) => map.hasLayer(entry.dot);
  const open = (entry) => known(entry) && !entry.hidden;

  // the less important ones of crowded places are left out until there is room
  const important = [...dots].sort((one, other) => (
    ORDER.indexOf(one.place.rank) - ORDER.indexOf(other.place.rank) || (other.place.people?.[0] ?? 0) - (one.place.people?.[0] ?? 0)
  ));

  function hide(entry, hidden) {
    if (hidden === entry.hidden) return;
    entry.hidden = hidden;
    const path = entry.dot.getElement();
    if (hidden) path.setAttribute("display", "none");
    else path.removeAttribute("display");
  }

  // Tab reaches a place that is shown
  function rest() {
    if (!stop || !open(stop)) rove(important.find(open) ?? null);
    else if (stop.dot.getElement().getAttribute("tabindex") !== "0") stop.dot.getElement().setAttribute("tabindex", "0"); // drawn anew
  }

  return { dots, important, known, open, hide, rest, entitle: () => dots.forEach(title) };
};
