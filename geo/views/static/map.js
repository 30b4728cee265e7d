// Drawing: ground, lines, places and cards. Text from the layers only ever becomes text nodes.
const claimsDrawing = (map, data, pick) => {
  const SVG = "http://www.w3.org/2000/svg";
  const NEAR_ZOOM = 12; // from here on every place has its name
  const HIT = 9; // width in pixels over which a line takes a click
  const POSTS = 2; // the rank of posts among places
  const OPACITY = 0.5;
  const ids = `claims-${map.getContainer().id}`;

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
  const rings = data.faces.map((face) => face.rings.map((ring) => ring.flatMap((arc) => {
    const points = arcs[Math.abs(arc) - 1];
    return (arc > 0 ? points : [...points].reverse()).slice(0, -1);
  })));

  const faceAt = ({ lat, lng }) => rings.findIndex(([shell, ...holes]) => (
    claimsGeodesy.within(shell, lat, lng) && !holes.some((hole) => claimsGeodesy.within(hole, lat, lng))
  ));

  const valid = ({ from, to }, day) => (from ?? "") <= day && (!to || day < to);

  // marks: a pattern per party, so that colour is never the only difference

  const MARKS = {
    plain: [],
    dots: [["circle", { cx: 3, cy: 3, r: 1.2 }]],
    lines: [["rect", { x: 0, y: 0, width: 9, height: 1.4 }]],
    bars: [["rect", { x: 0, y: 0, width: 1.4, height: 9 }]],
    rising: [["path", { d: "M0 9L9 0", "stroke-width": 1.3 }]],
    falling: [["path", { d: "M0 0L9 9", "stroke-width": 1.3 }]],
    grid: [["rect", { x: 0, y: 0, width: 9, height: 1 }], ["rect", { x: 0, y: 0, width: 1, height: 9 }]],
  };

  function svg(tag, attributes, parent) {
    const node = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return parent ? parent.appendChild(node) : node;
  }

  function patterns() {
    const root = svg("svg", { width: 0, height: 0, class: "claims-patterns", "aria-hidden": "true" }, map.getContainer());
    const definitions = svg("defs", {}, root);
    for (const [party, [colour, mark]] of Object.entries(data.parties)) {
      const pattern = svg("pattern", {
        id: `${ids}-${slug(party)}`, width: 9, height: 9, patternUnits: "userSpaceOnUse",
      }, definitions);
      svg("rect", { width: 9, height: 9, fill: colour }, pattern);
      for (const [tag, attributes] of MARKS[mark] ?? []) {
        svg(tag, { fill: "#000", stroke: "#000", "stroke-width": 0, "fill-opacity": 0.55, "stroke-opacity": 0.55, ...attributes }, pattern);
      }
    }
    const hatch = svg("pattern", {
      id: `${ids}-hatch`, width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
    }, definitions);
    svg("rect", { width: 2, height: 8, fill: "#000" }, hatch);
  }

  // a party's id is text of the layers, so elements are named by its number in the list
  const order = Object.keys(data.parties);
  const slug = (party) => order.indexOf(party);
  const fill = (party) => (order.includes(party) ? `url(#${ids}-${slug(party)})` : "none");

  patterns();

  // panes: ground at the bottom, the older ground of a comparison above it, then hatching, water, bands, lines and places

  const PANES = ["ground", "older", "changed", "water", "bands", "lines", "olderlines", "places"];
  const renderers = {};
  for (const [index, name] of PANES.entries()) {
    map.createPane(`claims-${name}`).style.zIndex = 390 + index;
    renderers[name] = L.svg({ pane: `claims-${name}` });
  }
  const groups = Object.fromEntries(PANES.map((name) => [name, L.layerGroup().addTo(map)]));
  const on = (name, style) => ({ renderer: renderers[name], pane: `claims-${name}`, ...style });

  function ground(name, states) {
    groups[name].clearLayers();
    const owners = new Map();
    states.forEach(({ controller }, face) => {
      if (!owners.has(controller)) owners.set(controller, []);
      owners.get(controller).push(rings[face]);
    });
    for (const [controller, shapes] of owners) {
      // one path for all of a party's ground, so that no seams show between faces
      L.polygon(shapes, on(name, {
        stroke: false, interactive: false, smoothFactor: 0, noClip: true,
        fillColor: fill(controller), fillOpacity: OPACITY, className: "claims-ground",
      })).addTo(groups[name]);
    }
  }

  function changed(transfers, extent) {
    groups.changed.clearLayers();
    for (const { faces } of transfers) {
      if (!faces[extent].length) continue;
      L.polygon(faces[extent].map((face) => rings[face]), on("changed", {
        interactive: false, stroke: false, smoothFactor: 0, noClip: true,
        fillColor: `url(#${ids}-hatch)`, fillOpacity: 1, className: "claims-hatched",
      })).addTo(groups.changed);
    }
  }

  // things with a card: each is drawn once, then added or removed; what is under the pointer is never recreated

  const tags = [];

  function nameTag(names) {
    const node = document.createElement("span");
    node.dir = "auto";
    tags.push([node, names]);
    return node;
  }

  function relabel(name) {
    for (const [node, names] of tags) [node.textContent, node.lang] = name(names);
    map.eachLayer((layer) => { if (layer instanceof L.Tooltip) layer.update(); }); // texts have other widths now
  }

  function touchable(layer, kind, item) {
    layer.on("click", ({ latlng, containerPoint }) => pick({ kind, item }, latlng, containerPoint));
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

  function lineName({ names, cuts, labelled }, courses) {
    const all = courses.flatMap(({ course }) => course);
    const norths = all.map(([lat]) => lat);
    const long = Math.max(...norths) - Math.min(...norths) > 0.2;
    if (!long || cuts === false || !labelled) return null;
    return L.tooltip({ permanent: true, direction: "center", className: "claims-label claims-line", interactive: false })
      .setLatLng(all[Math.floor(all.length / 2)]).setContent(nameTag(names));
  }

  const traced = [
    ...lines.filter(({ kind }) => kind !== "water").map((line) => [line, [line]]),
    ...routes.map((route) => [route, route.courses]),
  ].map(([item, courses]) => ({
    item, courses, lines: strokes("lines", item, courses), olderlines: null, bands: bands(courses), name: lineName(item, courses),
  }));

  function tracedOn(day) {
    if (day === null) return new Set();
    // a line that is part of a route of its own kind is drawn with the route
    const covered = new Set(routes.filter((route) => valid(route, day))
      .flatMap(({ kind, parts }) => parts.map((part) => `${kind} ${part}`)));
    return new Set(traced.filter(({ item }) => valid(item, day) && !covered.has(`${item.kind} ${item.id}`)));
  }

  function drawLines(day, olderDay, withBands) {
    const [now, older] = [tracedOn(day), tracedOn(olderDay)];
    for (const entry of traced) {
      put(groups.lines, entry.lines, now.has(entry));
      put(groups.bands, entry.bands, withBands && now.has(entry));
      if (entry.name) put(groups.lines, entry.name, now.has(entry));
      if (older.has(entry)) entry.olderlines ??= strokes("olderlines", entry.item, entry.courses);
      if (entry.olderlines) put(groups.olderlines, entry.olderlines, older.has(entry));
    }
  }

  function widen() {
    const pixels = perMetre();
    for (const entry of traced) entry.bands.eachLayer((band) => band.widen(pixels));
  }

  for (const line of lines.filter(({ kind }) => kind === "water")) {
    const closed = String(line.course[0]) === String(line.course.at(-1));
    const style = on("water", { color: data.water, weight: 1.5, dashArray: line.look[2], fillColor: data.water, fillOpacity: 0.5, bubblingMouseEvents: false });
    const shape = closed ? L.polygon(line.course, style) : L.polyline(line.course, style);
    if (closed) {
      shape.bindTooltip(nameTag(line.names), { permanent: true, direction: "center", className: "claims-label claims-line" });
    }
    touchable(shape, "line", line).addTo(groups.water);
  }

  const dots = data.places.map((place) => {
    const [edge, inside] = place.rank === POSTS ? ["#7a0000", "#ffd9d9"] : ["#111", "#fff"];
    const dot = L.circleMarker(place.at, on("places", {
      radius: [4, 2.5, 4][place.rank], color: edge, weight: 1.2, fillColor: inside, fillOpacity: 1, bubblingMouseEvents: false,
    }));
    dot.bindTooltip(nameTag(place.names), {
      permanent: true, direction: "right", offset: [3, 0], className: `claims-label${place.rank ? " claims-minor" : ""}`,
    });
    dot.on("mouseover mouseout", ({ type }) => dot.getTooltip().getElement()?.classList.toggle("claims-named", type === "mouseover"));
    return { place, dot: touchable(dot, "place", place) };
  });

  function drawPlaces(day, withPosts) {
    for (const { place, dot } of dots) {
      put(groups.places, dot, valid(place, day) && (place.rank !== POSTS || withPosts));
    }
  }

  const seen = (layer) => map.hasLayer(layer);

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
      ...dots.filter(({ dot }) => seen(dot)).map(({ place }) => ({ kind: "place", item: place, at: place.at })),
      ...courses.map(([item, course]) => ({ kind: "line", item, at: nearestOf(course) })),
    ];
  }

  // a finger is broader than a dot: a near miss counts as a hit
  function near(point, reach) {
    const away = (at) => map.latLngToContainerPoint(at).distanceTo(point);
    const hit = dots.filter(({ dot }) => seen(dot)).map(({ place }) => [away(place.at), { kind: "place", item: place }])
      .reduce((one, other) => (other[0] < one[0] ? other : one), [Infinity]);
    return hit[0] <= reach ? hit[1] : null;
  }

  const declutter = () => map.getContainer().classList.toggle("claims-far", map.getZoom() < NEAR_ZOOM);
  map.on("zoomend", () => { declutter(); widen(); });
  declutter();

  function nearest(latlng, day) {
    const close = lines
      .filter((line) => line.cuts && line.kind !== "frame" && valid(line, day))
      .map((line) => ({ line, metres: claimsGeodesy.metresTo(line.course, [latlng.lat, latlng.lng]) }));
    return close.reduce((one, other) => (other.metres < one.metres ? other : one), close[0]);
  }

  function clip(share) {
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
  }

  function swatch(party) {
    const root = svg("svg", { width: 24, height: 16, "aria-hidden": "true" });
    svg("rect", { width: 24, height: 16, fill: party === null ? `url(#${ids}-hatch)` : fill(party), "fill-opacity": party === null ? 1 : OPACITY, stroke: "currentColor" }, root);
    return root;
  }

  // a piece of line as the map draws it, dashes and all
  function stroke([colour, width, dashes]) {
    const root = svg("svg", { width: 24, height: 14, "aria-hidden": "true" });
    svg("line", { x1: 0, x2: 24, y1: 7, y2: 7, stroke: colour, "stroke-width": width, "stroke-dasharray": dashes }, root);
    return root;
  }

  return {
    ground, changed, drawLines, drawPlaces, relabel, widen, things, near, faceAt, nearest, clip, swatch, stroke, valid, lines, arcs, rings,
  };
};
