// Drawing: ground, lines, places and names. Text from the layers only ever becomes text nodes.
const claimsDrawing = (map, data, pick, texts) => {
  const ALL_ZOOM = 13; // from here on no place is left out
  const HIT = 9; // width in pixels over which a line takes a click
  const POSTS = 2; // the rank of posts among places
  const APART = [6, 16, 7, 22]; // by rank: pixels that a place keeps from more important ones, or else is left out
  const UNSPOKEN = new Set(["unit", "extent"]); // kinds of zones that serve the sums alone
  const container = map.getContainer();
  const marks = claimsMarks(map, data);
  const { fill, transferFill, symbol, OPACITY } = marks;

  // geometry

  function positions(steps) {
    const points = [];
    let [lon, lat] = [0, 0];
    for (let index = 0; index < steps.length; index += 2) {
      lon += steps[index];
      lat += steps[index + 1];
      points.push([lat / 1e6, lon / 1e6]);
    }
    return points;
  }

  const arcs = data.arcs.map(([, , , steps]) => positions(steps));
  const lines = data.lines.map((line) => ({ ...line, course: positions(line.steps) }));
  const routes = data.routes.map((route) => ({
    ...route,
    courses: route.stretches.map(([look, accuracy, steps]) => ({ look, accuracy, course: positions(steps) })),
  }));
  const shapes = claimsShapes(map, arcs, data.faces);

  const rings = []; // of a face, once it has been asked for
  const ringsOf = (face) => {
    rings[face] ??= data.faces[face].rings.map((ring) => ring.flatMap((arc) => {
      const points = arcs[Math.abs(arc) - 1];
      return (arc > 0 ? points : [...points].reverse()).slice(0, -1);
    }));
    return rings[face];
  };

  const faceAt = ({ lat, lng }) => data.faces.findIndex((_, face) => {
    const [shell, ...holes] = ringsOf(face);
    return claimsGeodesy.within(shell, lat, lng) && !holes.some((hole) => claimsGeodesy.within(hole, lat, lng));
  });

  const valid = ({ from, to }, day) => day !== null && (from ?? "") <= day && (!to || day < to);

  // panes: what lies around at the bottom, then ground, the older ground of a comparison, what changed, water, bands, lines,
  // names and places

  const PANES = ["context", "ground", "older", "changed", "water", "bands", "lines", "olderlines", "names", "places"];
  const renderers = {};
  for (const [index, name] of PANES.entries()) {
    map.createPane(`claims-${name}`).style.zIndex = 390 + index;
    if (name !== "names") renderers[name] = L.svg({ pane: `claims-${name}` });
  }
  const groups = Object.fromEntries(PANES.map((name) => [name, L.layerGroup().addTo(map)]));
  const on = (name, style) => ({ renderer: renderers[name], pane: `claims-${name}`, ...style });
  const labels = claimsLabels(map, marks.svg, map.getPane("claims-names"));

  const drawBorders = claimsSurroundings(map, data.context, positions, groups.context, on);

  const area = (name, style) => shapes.shape(on(name, { interactive: false, stroke: false, fill: true, ...style }));

  // one path for all of a party's ground, so that no seams show between faces
  const keepers = Object.fromEntries(["ground", "older"].map((name) => [name, shapes.keeper(groups[name], (controller) => [
    area(name, { fillColor: fill(controller), fillOpacity: OPACITY, className: "claims-ground" }),
  ])]));

  function ground(name, states) {
    const owners = new Map();
    states.forEach(({ controller }, face) => {
      if (!owners.has(controller)) owners.set(controller, []);
      owners.get(controller).push(face);
    });
    keepers[name](owners);
  }

  const keepChanged = shapes.keeper(groups.changed, (key) => {
    const [from, to, supposed] = JSON.parse(key);
    return [
      area("changed", { fillColor: transferFill({ from, to, supposed }), fillOpacity: 1, className: "claims-hatched" }),
      area("changed", {
        edge: true, fill: false, stroke: true, color: data.transfer.colour, weight: 1.4, dashArray: supposed ? "5 4" : "", className: "claims-outline",
      }),
    ];
  });

  function changed(transfers, extent) {
    keepChanged(new Map(transfers.filter(({ faces }) => faces[extent].length)
      .map(({ from, to, supposed, faces }) => [JSON.stringify([from, to, Boolean(supposed)]), faces[extent]])));
  }

  // the name of what is under the pointer or has the focus

  const tip = claimsElements.element("div", undefined, { class: "claims-tip", "aria-hidden": "true" });
  tip.append(claimsElements.element("strong", undefined, { dir: "auto" }), claimsElements.element("small", undefined, { dir: "auto" }));
  map.getPane("tooltipPane").append(tip);
  let nameOf = (names) => [Object.values(names)[0] ?? "", ""];

  function tell(point, { kind, item }) {
    tip.hidden = point === null;
    if (point === null) return;
    const [name, remark] = tip.children;
    [name.textContent, name.lang] = nameOf(item.names);
    remark.textContent = kind === "place" ? texts.called("kind", item.kind) : texts.words(kind);
    L.DomUtil.setPosition(tip, L.point(point).add([12, -12]));
  }
  const hush = () => tell(null, {});
  hush();

  // things with a card: each is drawn once, then added or removed; what is under the pointer is never recreated

  function touchable(layer, kind, item) {
    layer.on("click", ({ latlng }) => { hush(); pick({ kind, item }, latlng); });
    layer.on("mouseover mousemove", ({ layerPoint }) => tell(kind === "place" ? map.latLngToLayerPoint(item.at) : layerPoint, { kind, item }));
    layer.on("mouseout remove", hush);
    return layer;
  }

  function put(group, layer, shown) {
    if (shown !== group.hasLayer(layer)) group[shown ? "addLayer" : "removeLayer"](layer);
  }

  const perMetre = () => (
    2 ** map.getZoom() / (156543.03392 * Math.cos((map.getCenter().lat * Math.PI) / 180))
  );

  function strokes(pane, item, courses) {
    const layer = L.layerGroup();
    for (const { look: [colour, width, dashes], course } of courses) {
      // an invisible stroke makes a thin line easier to hit
      L.polyline(course, on(pane, { color: colour, weight: width, dashArray: dashes, interactive: false })).addTo(layer);
      touchable(L.polyline(course, on(pane, { color: colour, weight: HIT, opacity: 0, bubblingMouseEvents: false })), "line", item).addTo(layer);
    }
    return layer;
  }

  function bands(courses) {
    const layer = L.layerGroup();
    for (const { look: [colour, width], accuracy, course } of courses) {
      if (!accuracy) continue;
      // the uncertainty of an edge: one standard deviation on each side
      const band = L.polyline(course, on("bands", {
        interactive: false, color: colour, opacity: 0.16, weight: width, lineCap: "butt",
      }));
      band.widen = (pixels) => band.setStyle({ weight: Math.max(2 * accuracy * pixels, width) });
      band.addTo(layer);
    }
    return layer;
  }

  const traced = [
    ...lines.filter(({ kind }) => kind !== "water").map((line) => [line, [line]]),
    ...routes.map((route) => [route, route.courses]),
  ].map(([item, courses]) => ({
    item, courses, lines: strokes("lines", item, courses), olderlines: null, bands: bands(courses),
  }));

  const shown = { day: null, older: null, share: null, posts: true, now: new Set(), past: new Set() };

  function tracedOn(day) {
    if (day === null) return new Set();
    // a line that is part of a route of its own kind is drawn with the route
    const covered = new Set(routes.filter((route) => valid(route, day))
      .flatMap(({ kind, parts }) => parts.map((part) => `${kind} ${part}`)));
    return new Set(traced.filter(({ item }) => valid(item, day) && !covered.has(`${item.kind} ${item.id}`)));
  }

  function drawLines(day, olderDay, withBands) {
    const [now, past] = [tracedOn(day), tracedOn(olderDay)];
    Object.assign(shown, { day, older: olderDay, now, past });
    for (const entry of traced) {
      put(groups.lines, entry.lines, now.has(entry));
      put(groups.bands, entry.bands, withBands && now.has(entry));
      if (past.has(entry)) entry.olderlines ??= strokes("olderlines", entry.item, entry.courses);
      if (entry.olderlines) put(groups.olderlines, entry.olderlines, past.has(entry));
    }
    drawBorders((border) => valid(border, day));
    arrange();
  }

  function widen() {
    const pixels = perMetre();
    for (const entry of traced) entry.bands.eachLayer((band) => band.widen(pixels));
  }

  for (const line of lines.filter(({ kind }) => kind === "water")) {
    line.closed = String(line.course[0]) === String(line.course.at(-1));
    const style = on("water", { color: data.water, weight: 1.5, dashArray: line.look[2], fillColor: data.water, fillOpacity: 0.5, bubblingMouseEvents: false });
    touchable(line.closed ? L.polygon(line.course, style) : L.polyline(line.course, style), "line", line).addTo(groups.water);
  }

  const places = claimsPlaces({
    map, data, texts, symbol, on, touchable, pick, tell, hush, nameOf: (names) => nameOf(names),
  });
  const { dots, important, known, open, hide } = places;

  function drawPlaces(day, withPosts) {
    shown.posts = withPosts;
    for (const { place, dot } of dots) {
      put(groups.places, dot, (valid(place, day) || valid(place, shown.older)) && (place.rank !== POSTS || withPosts));
    }
    arrange();
  }

  // in a swipe, what stands left of the handle has to be of the older date, and right of it of the newer

  const split = () => map.containerPointToLayerPoint([map.getSize().x * shown.share, 0]).x;

  function sideOf(item) {
    const [now, past] = [valid(item, shown.day), shown.older === null || valid(item, shown.older)];
    if (now && past) return "both";
    return now ? "newer" : "older";
  }

  const MINOR = 5; // the weight from which on names give way to dots

  let laid = ""; // what the names on the map were laid out for
  let walls = []; // boxes of the container that panels cover

  // names of areas come before minor dots, which come before their own names
  function layout() {
    if (!map._loaded || !map.getSize().x) return;
    const middle = shown.older === null ? null : split();
    const there = important.filter(known);
    const spoken = named.filter((label) => label.entry || speaks(label));
    // a step that changes neither dots nor names needs no new layout
    const view = [map.getZoom(), map.getPixelOrigin(), map.getSize(), map.containerPointToLayerPoint([0, 0])];
    const sides = middle === null ? "" : `${middle} ${shown.day} ${shown.older}`;
    const now = `${view} ${sides} ${there.map(({ id }) => id)} ${spoken.filter(({ entry }) => !entry).map(({ id }) => id)}`;
    if (now === laid) return;
    laid = now;
    const all = map.getZoom() >= ALL_ZOOM;
    const kept = [];
    const session = labels.begin(walls);
    const name = (label) => {
      const [text, language] = nameOf(label.item.names);
      session.place({ ...label, text: short(text), language, side: middle === null ? "both" : sideOf(label.item), middle });
    };

    function draw(entry) {
      const point = map.latLngToLayerPoint(entry.place.at);
      const { x, y } = point;
      const side = middle === null ? "both" : sideOf(entry.place);
      const apart = APART[entry.place.rank];
      const reach = entry.radius + 1;
      const box = [x - reach, y - reach, x + reach, y + reach];
      const hidden = (side !== "both" && (x < middle) !== (side === "older"))
        || (!all && (kept.some((other) => Math.abs(other.x - x) < apart && other.distanceTo(point) < apart) || !session.free(box)));
      hide(entry, hidden);
      if (hidden) return;
      kept.push(point);
      session.cover(box, entry.id);
    }

    const [first, rest] = all ? [there, []] : [there.filter(({ minor }) => !minor), there.filter(({ minor }) => minor)];
    first.forEach(draw);
    spoken.filter((label) => label.weight < MINOR && speaks(label)).forEach(name);
    rest.forEach(draw);
    spoken.filter((label) => label.weight >= MINOR && speaks(label)).forEach(name);
    session.finish();
    places.rest();
  }

  // names

  const about = data.context;
  const named = [
    ...dots.map((entry) => ({
      id: entry.id, item: entry.place, entry, way: "beside", at: entry.place.at, reach: entry.radius,
      style: entry.place.rank === 0 ? "main" : "place", weight: [0, 6, 5, 7][entry.place.rank],
    })),
    ...about.countries.map((country, at) => ({ id: `country ${at}`, item: country, way: "inside", spots: [country.at], style: "country", weight: 1 })),
    ...about.cities.map((city, at) => ({ id: `city ${at}`, item: city, way: "beside", at: city.at, reach: 3, style: "capital", weight: 1.5 })),
    ...about.seas.map((sea, at) => ({ id: `sea ${at}`, item: sea, way: "inside", spots: [sea.at], style: "water", weight: 3 })),
    ...Object.entries(data.zones).filter(([, { kind, middles }]) => middles && !UNSPOKEN.has(kind)).map(([id, zone]) => ({
      id: `zone ${id}`, item: zone, way: "inside", spots: zone.middles, km2: zone.km2,
      ...(zone.kind === "part" ? { style: "part", share: 0.25, weight: 8 } : { style: "zone", share: 1.3, weight: -1 / zone.km2 - 1 }),
    })),
    ...traced.map((entry, at) => ({
      id: `line ${at}`, item: entry.item, traced: entry, way: "along", course: entry.courses.flatMap(({ course }) => course), style: "line", weight: 3.5,
    })).filter(({ item }) => item.labelled && item.cuts !== false),
    ...lines.filter(({ kind }) => kind === "water").map((line, at) => ({
      id: `water ${at}`, item: line, style: "water", weight: line.closed ? 2.5 : 4.5,
      ...(line.closed ? { way: "inside", spots: [L.latLngBounds(line.course).getCenter()] } : { way: "along", course: line.course }),
    })),
  ].sort((one, other) => one.weight - other.weight);
  const short = (text) => text.split(" (")[0];

  function speaks({ entry, traced: drawn, item, style }) {
    if (entry) return open(entry);
    if (drawn) return shown.now.has(drawn) || shown.past.has(drawn);
    if (["country", "zone", "part"].includes(style)) return valid(item, shown.day) || valid(item, shown.older);
    return true;
  }

  let due = false;

  // names stand beside panels, not behind them
  function avoid(boxes) {
    if (String(boxes) === String(walls)) return;
    walls = boxes;
    laid = "";
    arrange();
  }

  // once for all changes of a step
  function arrange() {
    if (due) return;
    due = true;
    queueMicrotask(() => { due = false; layout(); });
  }

  function relabel(name) {
    nameOf = name;
    laid = "";
    places.entitle();
    arrange();
  }

  // the places and lines shown, each with a point: of a line, the one nearest the centre of the view
  function things() {
    const centre = map.getCenter();
    const nearestOf = (course) => course.map((point) => [centre.distanceTo(point), point])
      .reduce((one, other) => (other[0] < one[0] ? other : one))[1];
    const courses = [
      ...traced.filter((entry) => groups.lines.hasLayer(entry.lines)).map(({ item, courses: all }) => [item, all.flatMap(({ course }) => course)]),
      ...lines.filter(({ kind }) => kind === "water").map((line) => [line, line.course]),
    ];
    return [
      ...dots.filter(known).map(({ place }) => ({ kind: "place", item: place, at: place.at })),
      ...courses.map(([item, course]) => ({ kind: "line", item, at: nearestOf(course) })),
    ];
  }

  // a finger is broader than a dot: a near miss counts as a hit
  function near(point, reach) {
    const away = (at) => map.latLngToContainerPoint(at).distanceTo(point);
    const hit = dots.filter(open).map(({ place }) => [away(place.at), { kind: "place", item: place }])
      .reduce((one, other) => (other[0] < one[0] ? other : one), [Infinity]);
    return hit[0] <= reach ? hit[1] : null;
  }

  map.on("zoomstart", () => { container.classList.add("claims-zooming"); hush(); });
  map.on("zoomend", () => { container.classList.remove("claims-zooming"); widen(); });
  map.on("moveend zoomend resize", arrange);

  function nearest(latlng, day) {
    const close = lines
      .filter((line) => line.cuts && line.kind !== "frame" && valid(line, day))
      .map((line) => ({ line, metres: claimsGeodesy.metresTo(line.course, [latlng.lat, latlng.lng]) }));
    return close.reduce((one, other) => (other.metres < one.metres ? other : one), close[0]);
  }

  function clip(share) {
    shown.share = share;
    // panes move with the map, so clip relative to the map's corner
    const older = ["older", "olderlines"].map((name) => map.getPane(`claims-${name}`));
    const newer = ["ground", "bands", "lines"].map((name) => map.getPane(`claims-${name}`));
    if (share === null) {
      for (const pane of [...older, ...newer]) pane.style.clipPath = "";
      return;
    }
    const size = map.getSize();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const end = map.containerPointToLayerPoint(size);
    const middle = corner.x + size.x * share;
    const box = (left, right) => `polygon(${left}px ${corner.y}px, ${right}px ${corner.y}px, ${right}px ${end.y}px, ${left}px ${end.y}px)`;
    for (const pane of older) pane.style.clipPath = box(corner.x, middle);
    for (const pane of newer) pane.style.clipPath = box(middle, end.x);
    arrange();
  }

  // the kinds of the places shown, in the order of the profile
  function kindsShown() {
    const found = new Set(dots.filter(known).map(({ place }) => place.kind));
    return Object.keys(data.symbols).filter((kind) => found.has(kind));
  }

  const { swatch, stroke, symbolOf } = marks;
  return {
    ground, changed, drawLines, drawPlaces, relabel, widen, things, near, faceAt, nearest, clip, avoid, swatch, stroke, symbolOf, kindsShown, valid, lines, arcs, ringsOf,
  };
};
