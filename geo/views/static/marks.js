// What ground, transfers, lines and places look like: patterns, symbols and the samples of them in the legend.
const claimsMarks = (map, data) => {
  const SVG = "http://www.w3.org/2000/svg";
  const TILE = 9; // pixels after which a party's mark repeats
  const OPACITY = 0.5; // of ground
  const ids = `claims-${map.getContainer().id}`;

  function svg(tag, attributes, parent) {
    const node = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return parent ? parent.appendChild(node) : node;
  }

  const root = svg("svg", { width: 0, height: 0, class: "claims-patterns", "aria-hidden": "true" }, map.getContainer());
  const definitions = svg("defs", {}, root);

  // a pattern per party, so that colour is never the only difference

  const MARKS = {
    plain: [],
    dots: [["circle", { cx: 3, cy: 3, r: 1.2 }]],
    lines: [["rect", { x: 0, y: 0, width: 9, height: 1.4 }]],
    bars: [["rect", { x: 0, y: 0, width: 1.4, height: 9 }]],
    rising: [["path", { d: "M0 9L9 0", "stroke-width": 1.3 }]],
    falling: [["path", { d: "M0 0L9 9", "stroke-width": 1.3 }]],
    grid: [["rect", { x: 0, y: 0, width: 9, height: 1 }], ["rect", { x: 0, y: 0, width: 1, height: 9 }]],
  };

  // a party's id is text of the layers, so elements are named by its number in the list
  const order = Object.keys(data.parties);
  const slug = (party) => order.indexOf(party);
  const fill = (party) => (order.includes(party) ? `url(#${ids}-${slug(party)})` : "none");
  const colourOf = (party) => (order.includes(party) ? data.parties[party][0] : "#fff");

  for (const [party, [colour, mark]] of Object.entries(data.parties)) {
    const pattern = svg("pattern", {
      id: `${ids}-${slug(party)}`, width: TILE, height: TILE, patternUnits: "userSpaceOnUse",
    }, definitions);
    svg("rect", { width: TILE, height: TILE, fill: colour }, pattern);
    for (const [tag, attributes] of MARKS[mark] ?? []) {
      svg(tag, { fill: "#000", stroke: "#000", "stroke-width": 0, "fill-opacity": 0.55, "stroke-opacity": 0.55, ...attributes }, pattern);
    }
  }

  // a transfer is the colour of the new holder with stripes of the old one at an angle of its own; those of a supposed one are broken

  const transfers = new Map();

  function transferFill({ from, to, supposed = false }) {
    const id = `${ids}-${slug(from)}-${slug(to)}${supposed ? "-supposed" : ""}`;
    if (!transfers.has(id)) {
      const { period, stripe, edge, colour, ground, angles } = data.transfer;
      const pattern = svg("pattern", {
        id, width: period, height: period, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angles[Math.max(slug(from), 0) % angles.length]})`,
      }, definitions);
      const length = supposed ? 0.6 * period : period;
      svg("rect", { width: period, height: period, fill: "#fff" }, pattern);
      svg("rect", { width: period, height: period, fill: colourOf(to), "fill-opacity": ground }, pattern);
      svg("rect", { width: stripe + 2 * edge, height: length, fill: colour }, pattern);
      svg("rect", { x: edge, width: stripe, height: length, fill: colourOf(from) }, pattern);
      transfers.set(id, pattern);
    }
    return `url(#${id})`;
  }

  // symbols of places, about a point

  const circle = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  const SHAPES = {
    circle,
    ring: (x, y, r) => `${circle(x, y, r)}z${circle(x, y, 0.45 * r)}`,
    square: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
    diamond: (x, y, r) => `M${x} ${y - 1.3 * r}l${1.3 * r} ${1.3 * r}l${-1.3 * r} ${1.3 * r}l${-1.3 * r} ${-1.3 * r}z`,
    triangle: (x, y, r) => `M${x} ${y - 1.1 * r}l${1.2 * r} ${2 * r}h${-2.4 * r}z`,
    cross: (x, y, r) => `M${x - r} ${y - r}l${2 * r} ${2 * r}M${x + r} ${y - r}l${-2 * r} ${2 * r}`,
    plus: (x, y, r) => `M${x - 1.2 * r} ${y}h${2.4 * r}M${x} ${y - 1.2 * r}v${2.4 * r}`,
    flag: (x, y, r) => `M${x - 0.6 * r} ${y + 1.3 * r}v${-2.6 * r}h${1.8 * r}v${1.4 * r}h${-1.8 * r}`,
    bar: (x, y, r) => `M${x - 1.3 * r} ${y - 0.5 * r}h${2.6 * r}v${r}h${-2.6 * r}z`,
  };
  const symbol = (shape, { x, y }, radius) => (SHAPES[shape] ?? circle)(x, y, radius);

  // samples

  function sample(height = 16) {
    return svg("svg", { width: 24, height, "aria-hidden": "true" });
  }

  // of a party's ground, or of a transfer
  function swatch(what) {
    const made = sample();
    const passed = typeof what === "object" && what !== null;
    svg("rect", {
      width: 24, height: 16, fill: passed ? transferFill(what) : fill(what), "fill-opacity": passed ? 1 : OPACITY, stroke: "currentColor",
    }, made);
    return made;
  }

  // a piece of line as the map draws it, dashes and all
  function stroke([colour, width, dashes]) {
    const made = sample(14);
    svg("line", { x1: 0, x2: 24, y1: 7, y2: 7, stroke: colour, "stroke-width": width, "stroke-dasharray": dashes }, made);
    return made;
  }

  function symbolOf(kind) {
    const { shape, radius, edge, inside } = data.symbols[kind];
    const made = sample();
    svg("path", { d: symbol(shape, { x: 12, y: 8 }, radius), fill: inside, stroke: edge, "stroke-width": 1.2 }, made);
    return made;
  }

  return { svg, ids, fill, transferFill, symbol, swatch, stroke, symbolOf, OPACITY };
};
