// A picture of the view: the map as it is drawn between the panels, with what happened above it, legend and sources below.
const claimsPicture = async ({ map, texts, title, rows, notes }) => {
  const SVG = "http://www.w3.org/2000/svg";
  const SCALE = 2; // pixels of the picture to one of the page
  const EDGE = 16;
  const WIDTH = 640; // at least
  const PAINT = [
    "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
    "opacity", "font-size", "font-weight", "font-style", "text-anchor", "paint-order", "visibility", "display",
  ];
  const FONT = 'system-ui, "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", sans-serif';
  const container = map.getContainer();
  const corner = container.getBoundingClientRect();
  const style = window.getComputedStyle(container);
  const [paper, ink] = ["--paper", "--ink"].map((name) => style.getPropertyValue(name).trim());
  const middle = container.querySelector(".claims-at-middle").getBoundingClientRect();
  const width = Math.max(middle.width, Math.min(WIDTH, corner.width));
  const left = Math.min(Math.max(middle.left - corner.left - (width - middle.width) / 2, 0), corner.width - width);
  const view = { left, top: middle.top - corner.top, width, height: middle.height };
  const rtl = texts.direction() === "rtl";

  const root = document.createElementNS(SVG, "svg");
  const put = (tag, attributes, parent = root) => {
    const node = parent.appendChild(document.createElementNS(SVG, tag));
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };

  // a copy that needs no style sheet
  function painted(node) {
    const copy = node.cloneNode(true);
    const [olds, news] = [[node, ...node.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]];
    for (const [index, old] of olds.entries()) {
      const known = window.getComputedStyle(old);
      for (const name of PAINT) news[index].setAttribute(name, known.getPropertyValue(name));
      news[index].removeAttribute("style");
      news[index].removeAttribute("class");
    }
    return copy;
  }

  // lines of text no wider than some pixels
  const pen = document.createElement("canvas").getContext("2d");
  function wrapped(text, font, room) {
    pen.font = font;
    const lines = [];
    for (const word of text.split(/(?<= )/)) {
      if (lines.length && pen.measureText(lines.at(-1) + word).width <= room) lines[lines.length - 1] += word;
      else lines.push(word);
    }
    return lines;
  }

  function paragraph(text, { size, weight = 400, x, y, room }) {
    const lines = wrapped(text, `${weight} ${size}px ${FONT}`, room);
    for (const [index, line] of lines.entries()) {
      put("text", {
        x: rtl ? x + room : x, y: y + size * (1 + 1.35 * index), "font-size": size, "font-weight": weight, fill: ink, direction: rtl ? "rtl" : "ltr",
      }).textContent = line.trim();
    }
    return y + lines.length * size * 1.35;
  }

  // the layers of the map in the order in which they are drawn

  function layers(parent) {
    const panes = [...container.querySelectorAll(".leaflet-pane svg")].filter((svg) => svg.getBoundingClientRect().width > 0)
      .map((svg) => [svg, Number(window.getComputedStyle(svg.closest(".leaflet-map-pane > .leaflet-pane, .leaflet-pane")).zIndex) || 0])
      .sort(([, one], [, other]) => one - other);
    for (const [svg] of panes) {
      const box = svg.getBoundingClientRect();
      const inner = put("svg", { x: box.left - corner.left, y: box.top - corner.top, width: box.width, height: box.height, overflow: "visible" }, parent);
      if (svg.hasAttribute("viewBox")) inner.setAttribute("viewBox", svg.getAttribute("viewBox"));
      for (const child of svg.children) inner.append(painted(child));
      clip(svg, inner);
    }
  }

  // in a swipe each pane shows on its side
  function clip(svg, inner) {
    const pane = svg.closest(".leaflet-pane");
    const points = /polygon\((.*)\)/.exec(pane.style.clipPath)?.[1];
    if (!points) return;
    const origin = pane.getBoundingClientRect();
    const id = `cut-${Math.random().toString(36).slice(2)}`;
    const shape = put("clipPath", { id, clipPathUnits: "userSpaceOnUse" }, inner.parentNode);
    put("polygon", { points: points.split(",").map((point) => {
      const [x, y] = point.trim().split(/\s+/).map(Number.parseFloat);
      return `${x + origin.left - corner.left},${y + origin.top - corner.top}`;
    }).join(" ") }, shape);
    const group = put("g", { "clip-path": `url(#${id})` }, inner.parentNode);
    group.append(inner);
  }

  function labels(parent) {
    for (const node of container.querySelectorAll(".leaflet-tooltip-pane .leaflet-tooltip, .leaflet-pane .claims-name-tag")) {
      const known = window.getComputedStyle(node);
      const box = node.getBoundingClientRect();
      if (known.visibility === "hidden" || known.opacity === "0" || !box.width) continue;
      put("text", {
        x: box.left - corner.left + box.width / 2, y: box.top - corner.top + box.height / 2 + 4, "text-anchor": "middle",
        "font-size": known.fontSize, "font-weight": known.fontWeight, "font-style": known.fontStyle, fill: known.color,
        stroke: "#fff", "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round",
      }, parent).textContent = node.textContent;
    }
  }

  // in a swipe, where it stands and the date of each side
  function split(parent) {
    const handle = container.querySelector(".claims-handle:not([hidden])");
    if (!handle) return;
    const x = handle.getBoundingClientRect().left - corner.left + 2;
    put("line", { x1: x, x2: x, y1: view.top, y2: view.top + view.height, stroke: "#111", "stroke-width": 2 }, parent);
    for (const [name, anchor, aside] of [["before", "end", -8], ["date", "start", 8]]) {
      put("text", { x: x + aside, y: view.top + 18, "text-anchor": anchor, "font-size": 13, "font-weight": 700, fill: "#111", stroke: "#fff", "stroke-width": 3, "paint-order": "stroke" }, parent)
        .textContent = handle.querySelector(`.claims-side-${name}`).textContent;
    }
  }

  // head, map, legend in columns, sources

  let y = paragraph(title, { size: 18, weight: 700, x: EDGE, y: EDGE, room: width - 2 * EDGE }) + EDGE / 2;
  const frame = put("svg", { x: 0, y, width, height: view.height, viewBox: `${view.left} ${view.top} ${view.width} ${view.height}`, overflow: "hidden" });
  put("rect", { x: view.left, y: view.top, width: view.width, height: view.height, fill: style.backgroundColor }, frame);
  layers(frame);
  labels(frame);
  split(frame);
  y += view.height + EDGE;

  const columns = Math.max(Math.floor(width / 280), 1);
  const column = (width - 2 * EDGE) / columns;
  const heights = Array.from({ length: columns }, () => y);
  for (const row of rows) {
    const to = heights.indexOf(Math.min(...heights));
    const x = EDGE + (rtl ? columns - 1 - to : to) * column;
    const swatch = row.cells[0].firstElementChild;
    if (swatch) {
      const copy = painted(swatch);
      for (const [name, value] of Object.entries({ x: rtl ? x + column - 40 : x, y: heights[to], width: 24, height: 16, color: ink })) copy.setAttribute(name, value);
      copy.setAttribute("display", "inline");
      root.append(copy);
    }
    const text = [...row.cells[1].children].map((node) => node.textContent).filter(Boolean).join(" ");
    heights[to] = Math.max(paragraph(text, { size: 12, x: x + (rtl ? 0 : 32), y: heights[to], room: column - 48 }), heights[to] + 18) + 4;
  }
  y = Math.max(...heights) + EDGE / 2;
  for (const note of notes) y = paragraph(note, { size: 10, x: EDGE, y, room: width - 2 * EDGE }) + 4;
  const height = y + EDGE / 2;

  for (const definitions of container.querySelectorAll("svg defs")) root.append(definitions.cloneNode(true));
  root.insertBefore(put("rect", { width, height, fill: paper }), root.firstChild);
  for (const [name, value] of Object.entries({ width, height, "font-family": FONT })) root.setAttribute(name, value);

  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(root))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * SCALE), Math.round(height * SCALE)];
  const context = canvas.getContext("2d");
  context.scale(SCALE, SCALE);
  context.drawImage(image, 0, 0);
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
};
