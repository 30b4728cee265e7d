// Names on the map. Each is placed where it covers no dot and no other name, important ones first, or else left out.
const claimsLabels = (map, svg, pane) => {
  const CELL = 48; // pixels: a square of the index of what is covered
  const GAP = 3; // pixels between a dot and its name
  const STYLES = {
    country: { size: 14, weight: 600, spacing: 2.5 },
    zone: { size: 13, weight: 700, spacing: 0.3 },
    part: { size: 11, weight: 600, slant: "italic" },
    water: { size: 11.5, weight: 500, slant: "italic", spacing: 0.4 },
    line: { size: 11, weight: 600, slant: "italic" },
    capital: { size: 12, weight: 600 },
    place: { size: 11, weight: 500 },
    main: { size: 12, weight: 700 },
  };
  const WRAP = 15; // letters beyond which the name of an area takes two rows
  const ROWS = [0, 1.4, -1.4, 2.8, -2.8, 4.2, -4.2]; // by which the name of an area may move up or down
  const AROUND = [0, 0.3, -0.3, 0.5, -0.5].flatMap((aside) => ROWS.map((rows) => [aside, rows])); // and aside, by its width
  const STRAIGHT = 0.9; // the least ratio of the width of a line's name to the length of line under it
  const TRIES = 24; // places tried along a line

  const root = svg("svg", { class: "claims-labels leaflet-zoom-hide", width: 1, height: 1, "aria-hidden": "true" }, pane);
  const pen = document.createElement("canvas").getContext("2d");
  const family = window.getComputedStyle(map.getContainer()).fontFamily;
  const widths = new Map();
  const nodes = new Map(); // by id of the label
  const waysKept = new Map(); // where a name may stand, by id of the label, for one view
  let waysOf = "";

  function widthOf(text, style) {
    const { size, weight, slant = "normal", spacing = 0 } = STYLES[style];
    const key = `${style} ${text}`;
    if (!widths.has(key)) {
      pen.font = `${slant} ${weight} ${size}px ${family}`;
      widths.set(key, pen.measureText(text).width + spacing * text.length);
    }
    return widths.get(key);
  }

  // what is covered, by squares of the map

  function index() {
    const cells = new Map();
    const over = ([left, top, right, bottom]) => {
      const found = [];
      for (let x = Math.floor(left / CELL); x <= Math.floor(right / CELL); x++) {
        for (let y = Math.floor(top / CELL); y <= Math.floor(bottom / CELL); y++) found.push(`${x} ${y}`);
      }
      return found;
    };
    const meet = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
    return {
      add: (box, owner) => {
        for (const cell of over(box)) {
          if (!cells.has(cell)) cells.set(cell, []);
          cells.get(cell).push([box, owner]);
        }
      },
      free: (box, owner) => !over(box).some((cell) => cells.get(cell)?.some(([other, by]) => by !== owner && meet(box, other))),
    };
  }

  // where a name may stand, best first: each way has boxes that it covers, the middle of its text and its angle

  const rowsOf = (text, style) => {
    const words = text.split(/\s+/);
    if (!["zone", "part", "country"].includes(style) || text.length <= WRAP || words.length < 2) return [text];
    const splits = words.slice(1).map((_, at) => [words.slice(0, at + 1).join(" "), words.slice(at + 1).join(" ")]);
    const widest = ([one, two]) => Math.max(one.length, two.length);
    return splits.reduce((best, other) => (widest(other) < widest(best) ? other : best));
  };

  const boxed = (x, y, width, height) => [[x - width / 2, y - height / 2, x + width / 2, y + height / 2]];

  function* beside({ at, reach = 4, leftwards }, width, height) {
    const { x, y } = map.latLngToLayerPoint(at);
    const [far, up] = [reach + GAP + width / 2, reach + height / 2];
    const first = leftwards ? -1 : 1;
    const ways = [[first * far, 0], [-first * far, 0]];
    for (const side of [first, -first]) ways.push([0.8 * side * far, -up], [0.8 * side * far, up]);
    ways.push([0, -up - 1], [0, up + 1]);
    for (const [dx, dy] of ways) yield { x: x + dx, y: y + dy, angle: 0, boxes: boxed(x + dx, y + dy, width, height) };
  }

  function* inside({ spots, km2, share }, width, height, size) {
    if (km2 !== undefined) {
      // the name of an area has to be of its size
      const pixels = (Math.sqrt(km2) * 1000 * 2 ** map.getZoom()) / (156543.03392 * Math.cos((spots[0][0] * Math.PI) / 180));
      if (width > share * pixels) return;
    }
    for (const [aside, rows] of AROUND) {
      for (const at of spots) {
        const { x, y } = map.latLngToLayerPoint(at).add([aside * width, rows * size]);
        yield { x, y, angle: 0, boxes: boxed(x, y, width, height) };
      }
    }
  }

  function* along({ course, reach = 0 }, width, _, size, view) {
    const points = course.map((at) => map.latLngToLayerPoint(at));
    const [left, top, right, bottom] = view;
    const lengths = [0];
    for (let at = 1; at < points.length; at++) lengths.push(lengths[at - 1] + points[at].distanceTo(points[at - 1]));
    const whole = lengths.at(-1);
    if (whole < 1.15 * width) return;
    const pointAt = (length) => {
      let at = lengths.findIndex((value) => value >= length);
      if (at < 1) at = 1;
      const share = (length - lengths[at - 1]) / (lengths[at] - lengths[at - 1] || 1);
      return { x: points[at - 1].x + share * (points[at].x - points[at - 1].x), y: points[at - 1].y + share * (points[at].y - points[at - 1].y) };
    };
    const ways = [];
    const step = Math.max((whole - width) / TRIES, 4);
    for (let from = 0; from + width <= whole + 0.5; from += step) {
      const [one, two] = [pointAt(from), pointAt(Math.min(from + width, whole))];
      const middle = { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2 };
      if (middle.x < left || middle.x > right || middle.y < top || middle.y > bottom) continue;
      const chord = Math.hypot(two.x - one.x, two.y - one.y);
      if (chord < STRAIGHT * width) continue;
      const [ux, uy] = [(two.x - one.x) / chord, (two.y - one.y) / chord];
      // how far the line bulges to either side of the name
      let [over, under] = [0, 0];
      for (let at = lengths.findIndex((value) => value > from); lengths[at] < from + width; at++) {
        const away = (points[at].x - one.x) * -uy + (points[at].y - one.y) * ux;
        over = Math.min(over, away);
        under = Math.max(under, away);
      }
      const central = Math.abs(middle.x - (left + right) / 2) / (right - left) + Math.abs(middle.y - (top + bottom) / 2) / (bottom - top);
      for (const away of [over - 0.75 * size - reach, under + 0.75 * size + reach]) {
        ways.push({ cost: Math.abs(over) + under + 4 * (1 - chord / width) * size + 12 * central, away, middle, ux, uy });
      }
    }
    ways.sort((one, other) => one.cost - other.cost);
    for (const { away, middle, ux, uy } of ways) {
      const [x, y] = [middle.x - away * uy, middle.y + away * ux];
      let angle = (Math.atan2(uy, ux) * 180) / Math.PI;
      if (angle > 90 || angle <= -90) angle += 180; // never upside down
      const count = Math.max(Math.ceil(width / size), 1);
      const boxes = Array.from({ length: count }, (__, at) => {
        const off = ((at + 0.5) / count - 0.5) * width;
        return boxed(x + off * ux, y + off * uy, size, size)[0];
      });
      yield { x, y, angle, boxes };
    }
  }

  const WAYS = { beside, inside, along };

  function nodeOf(id, style) {
    if (!nodes.has(id)) nodes.set(id, { node: svg("text", { class: `claims-label claims-${style}`, "text-anchor": "middle" }, root), shown: "", rows: "" });
    return nodes.get(id);
  }

  function draw(label, way, rows, size) {
    const kept = nodeOf(label.id, label.style);
    const text = `${label.language} ${rows.join("\n")}`;
    if (kept.rows !== text) {
      kept.rows = text;
      kept.node.setAttribute("lang", label.language);
      kept.node.setAttribute("font-size", size);
      kept.node.replaceChildren(...rows.map((row, at) => {
        const part = svg("tspan", { x: 0, y: ((at - (rows.length - 1) / 2) * 1.15 + 0.35) * size });
        part.textContent = row;
        return part;
      }));
    }
    const transform = `translate(${way.x.toFixed(1)} ${way.y.toFixed(1)})${way.angle ? ` rotate(${way.angle.toFixed(1)})` : ""}`;
    if (kept.shown === transform) return;
    if (!kept.shown) kept.node.removeAttribute("display");
    kept.shown = transform;
    kept.node.setAttribute("transform", transform);
  }

  // one layout of all names: cover what must stay free, place names, most important first, then finish; walls are boxes of
  // the container that panels cover
  function begin(walls) {
    const covered = index();
    const behind = index();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const end = map.containerPointToLayerPoint(map.getSize());
    const view = [corner.x, corner.y, end.x, end.y];
    for (const [left, top, right, bottom] of walls) behind.add([corner.x + left, corner.y + top, corner.x + right, corner.y + bottom], null);
    if (waysOf !== `${map.getZoom()} ${map.getPixelOrigin()} ${view}`) waysKept.clear();
    waysOf = `${map.getZoom()} ${map.getPixelOrigin()} ${view}`;
    // in a swipe, a name of one date stays on its side
    const sides = { both: () => view, older: (middle) => [view[0], view[1], middle, view[3]], newer: (middle) => [middle, view[1], view[2], view[3]] };
    const within = ([left, top, right, bottom], room) => left >= room[0] && top >= room[1] && right <= room[2] && bottom <= room[3];
    const drawn = new Set();

    function place(label) {
      const { size } = STYLES[label.style];
      const room = sides[label.side](label.middle);
      const key = `${label.id} ${label.text} ${room[0]} ${room[2]}`;
      if (!waysKept.has(key)) {
        const rows = rowsOf(label.text, label.style);
        const width = Math.max(...rows.map((row) => widthOf(row, label.style))) + 4;
        waysKept.set(key, { rows, found: [...WAYS[label.way](label, width, rows.length * 1.15 * size + 2, size, room)] });
      }
      const { rows, found } = waysKept.get(key);
      for (const way of found) {
        if (!way.boxes.every((box) => within(box, room) && behind.free(box) && covered.free(box, label.id))) continue;
        for (const box of way.boxes) covered.add(box, null);
        draw(label, way, rows, size);
        drawn.add(label.id);
        return;
      }
    }

    function finish() {
      for (const [id, kept] of nodes) {
        if (drawn.has(id) || !kept.shown) continue;
        kept.shown = "";
        kept.node.setAttribute("display", "none");
      }
    }

    return { cover: covered.add, free: covered.free, place, finish };
  }

  return { begin };
};
