// Drawing: ground, lines, places and cards. Text from the layers only ever becomes text nodes.
const claimsDrawing = (map, data) => {
  const SVG = "http://www.w3.org/2000/svg";
  const NEAR_ZOOM = 12; // from here on every place has its name
  const RADIUS = 6371008.8; // mean radius of the Earth, metres
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

  function within(ring, lat, lon) {
    let inside = false;
    for (let here = 0, before = ring.length - 1; here < ring.length; before = here, here += 1) {
      const [[y0, x0], [y1, x1]] = [ring[here], ring[before]];
      if ((y0 > lat) !== (y1 > lat) && lon < ((x1 - x0) * (lat - y0)) / (y1 - y0) + x0) inside = !inside;
    }
    return inside;
  }

  const faceAt = ({ lat, lng }) => rings.findIndex(([shell, ...holes]) => (
    within(shell, lat, lng) && !holes.some((hole) => within(hole, lat, lng))
  ));

  function metresTo(course, { lat, lng }) {
    const scale = (Math.PI / 180) * RADIUS;
    const flat = course.map(([y, x]) => [(x - lng) * scale * Math.cos((lat * Math.PI) / 180), (y - lat) * scale]);
    let least = Infinity;
    for (let index = 1; index < flat.length; index += 1) {
      const [[x0, y0], [x1, y1]] = [flat[index - 1], flat[index]];
      const [dx, dy] = [x1 - x0, y1 - y0];
      const share = Math.min(Math.max(-(x0 * dx + y0 * dy) / (dx * dx + dy * dy || 1), 0), 1);
      least = Math.min(least, Math.hypot(x0 + share * dx, y0 + share * dy));
    }
    return least;
  }

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

  // a party's id is text of the layers: its number in the list is what may name an element
  const order = Object.keys(data.parties);
  const slug = (party) => order.indexOf(party);
  const fill = (party) => (order.includes(party) ? `url(#${ids}-${slug(party)})` : "none");

  patterns();

  // panes: ground at the bottom, the older ground of a comparison above it, then hatching, bands, lines and places

  const renderers = {};
  for (const [index, name] of ["ground", "older", "changed", "bands", "lines", "olderlines"].entries()) {
    const pane = map.createPane(`claims-${name}`);
    pane.style.zIndex = 390 + index;
    renderers[name] = L.svg({ pane: `claims-${name}` });
  }
  const groups = Object.fromEntries(
    ["water", "ground", "older", "changed", "bands", "lines", "olderlines", "places"].map((name) => [name, L.layerGroup().addTo(map)]),
  );

  function ground(name, states, faces = null) {
    groups[name].clearLayers();
    const owners = new Map();
    states.forEach(({ controller }, face) => {
      if (faces && !faces.has(face)) return;
      if (!owners.has(controller)) owners.set(controller, []);
      owners.get(controller).push(rings[face]);
    });
    for (const [controller, shapes] of owners) {
      // one path for all of a party's ground, so that no seam shows between its faces
      L.polygon(shapes, {
        renderer: renderers[name], pane: `claims-${name}`, stroke: false, interactive: false, smoothFactor: 0, noClip: true,
        fillColor: fill(controller), fillOpacity: OPACITY, className: "claims-ground",
      }).addTo(groups[name]);
    }
  }

  function changed(transfers, extent) {
    groups.changed.clearLayers();
    for (const { faces } of transfers) {
      if (!faces[extent].length) continue;
      L.polygon(faces[extent].map((face) => rings[face]), {
        renderer: renderers.changed, pane: "claims-changed", interactive: false, stroke: false, smoothFactor: 0, noClip: true,
        fillColor: `url(#${ids}-hatch)`, fillOpacity: 1, className: "claims-hatched",
      }).addTo(groups.changed);
    }
  }

  function drawLines(name, day, { label, bands, open }) {
    groups[name].clearLayers();
    if (name === "lines") groups.bands.clearLayers();
    if (day === null) return;
    const perMetre = 1 / (156543.03392 * Math.cos((33.1 * Math.PI) / 180) / 2 ** map.getZoom());
    const whole = routes.filter((route) => valid(route, day));
    // a line that is part of a route of its own kind is drawn with the route
    const covered = new Set(whole.flatMap(({ kind, parts }) => parts.map((part) => `${kind} ${part}`)));
    for (const line of lines) {
      if (line.kind === "water" || !valid(line, day) || covered.has(`${line.kind} ${line.id}`)) continue;
      draw(line, line, [line]);
    }
    for (const route of whole) draw(route, route, route.courses);

    function draw(line, { kind, names, cuts }, courses) {
      for (const { look: [colour, width, dashes], accuracy, course } of courses) {
        const path = L.polyline(course, {
          renderer: renderers[name], pane: `claims-${name}`, color: colour, weight: width, dashArray: dashes,
        });
        path.on("click", (event) => open(event.latlng, line));
        path.addTo(groups[name]);
        if (name === "lines" && bands && accuracy) {
          // an uncertain edge looks uncertain: one standard deviation to each side
          L.polyline(course, {
            renderer: renderers.bands, pane: "claims-bands", interactive: false, color: colour, opacity: 0.16,
            weight: Math.max(2 * accuracy * perMetre, width), lineCap: "butt",
          }).addTo(groups.bands);
        }
      }
      const all = courses.flatMap(({ course }) => course);
      const north = all.map(([lat]) => lat);
      const long = Math.max(...north) - Math.min(...north) > 0.2;
      if (name === "lines" && long && cuts !== false && ["disengagement", "boundary", "armistice", "ceasefire"].includes(kind)) {
        const middle = all[Math.floor(all.length / 2)];
        L.tooltip({ permanent: true, direction: "center", className: "claims-label claims-line", interactive: false })
          .setLatLng(middle).setContent(label(names)).addTo(groups.lines);
      }
    }
  }

  function drawWater({ label, open }) {
    groups.water.clearLayers();
    for (const line of lines) {
      if (line.kind !== "water") continue;
      const closed = String(line.course[0]) === String(line.course.at(-1));
      const style = { color: data.water, weight: 1.5, dashArray: line.look[2], fillColor: data.water, fillOpacity: 0.5 };
      const shape = closed ? L.polygon(line.course, style) : L.polyline(line.course, style);
      shape.on("click", (event) => open(event.latlng, line));
      if (closed) {
        shape.bindTooltip(label(line.names), { permanent: true, direction: "center", className: "claims-label claims-line" });
      }
      shape.addTo(groups.water);
    }
  }

  function drawPlaces(day, { label, open, posts }) {
    groups.places.clearLayers();
    for (const place of data.places) {
      if (!valid(place, day) || (place.rank === 2 && !posts)) continue;
      const colours = [["#111", "#fff"], ["#111", "#fff"], ["#7a0000", "#ffd9d9"]][place.rank];
      const dot = L.circleMarker(place.at, {
        radius: [4, 2.5, 4][place.rank], color: colours[0], weight: 1.2, fillColor: colours[1], fillOpacity: 1,
      });
      dot.bindTooltip(label(place.names), {
        permanent: true, direction: "right", offset: [3, 0],
        className: `claims-label${place.rank ? " claims-minor" : ""}`,
      });
      dot.on("click", (event) => open(event.latlng, place));
      dot.addTo(groups.places);
    }
  }

  const declutter = () => map.getContainer().classList.toggle("claims-far", map.getZoom() < NEAR_ZOOM);
  map.on("zoomend", declutter);
  declutter();

  function nearest(latlng, day) {
    const near = lines
      .filter((line) => line.cuts && line.kind !== "frame" && valid(line, day))
      .map((line) => ({ line, metres: metresTo(line.course, latlng) }));
    return near.reduce((one, other) => (other.metres < one.metres ? other : one), near[0]);
  }

  function clip(share) {
    // panes move with the map, so their clipping is counted from the map's corner
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
  function stroke([, colour, width, dashes]) {
    const root = svg("svg", { width: 24, height: 14, "aria-hidden": "true" });
    svg("line", { x1: 0, x2: 24, y1: 7, y2: 7, stroke: colour, "stroke-width": width, "stroke-dasharray": dashes }, root);
    return root;
  }

  return {
    ground, changed, drawLines, drawWater, drawPlaces, faceAt, nearest, clip, swatch, stroke, groups, valid, lines, RADIUS,
  };
};
