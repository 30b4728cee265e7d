// Popups, labels and the legend of a map of control. Text from the layers only ever becomes text nodes.
const claims = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const NEAR_ZOOM = 12; // from here on every place has its name

  function element(tag, text, className) {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (className) node.className = className;
    return node;
  }

  function link(title, address) {
    if (!/^https?:\/\//i.test(address)) return element("span", title);
    const anchor = element("a", title);
    anchor.href = address;
    anchor.rel = "noopener noreferrer";
    anchor.target = "_blank";
    return anchor;
  }

  function card({ title, rows, sources }) {
    const box = element("div", undefined, "claims-popup");
    box.append(element("h2", title));
    const table = box.appendChild(element("table"));
    for (const [name, value] of rows) {
      const row = table.insertRow();
      row.append(element("th", name), element("td", value));
    }
    const list = box.appendChild(element("ul"));
    for (const [name, address] of sources) list.appendChild(element("li")).append(link(name, address));
    return box;
  }

  function shapes(map, group, features) {
    const describe = ({ properties }, layer) => {
      layer.bindPopup(() => card(properties.card), { maxWidth: 380 });
      if (properties.label) {
        const options = { permanent: true, direction: "center", className: "claims-label claims-line" };
        layer.bindTooltip(element("span", properties.label), options);
      }
    };
    L.geoJSON(features, { style: ({ properties }) => properties.style, onEachFeature: describe }).addTo(group);
  }

  function places(map, group, entries) {
    for (const { lon, lat, label, minor, card: content } of entries) {
      const dot = L.circleMarker([lat, lon], {
        radius: minor ? 2.5 : 4, color: "#111", weight: 1, fillColor: "#fff", fillOpacity: 1,
      });
      dot.bindTooltip(element("span", label), {
        permanent: true, direction: "right", offset: [3, 0], className: `claims-label${minor ? " claims-minor" : ""}`,
      });
      dot.bindPopup(() => card(content), { maxWidth: 380 });
      dot.addTo(group);
    }
    const declutter = () => map.getContainer().classList.toggle("claims-far", map.getZoom() < NEAR_ZOOM);
    map.on("zoomend", declutter);
    declutter();
  }

  function hatch(map) {
    const canvas = map.getPane("overlayPane").querySelector("svg");
    const definitions = canvas.insertBefore(document.createElementNS(SVG, "defs"), canvas.firstChild);
    const pattern = definitions.appendChild(document.createElementNS(SVG, "pattern"));
    const attributes = {
      id: "claims-hatch", width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
    };
    for (const [key, value] of Object.entries(attributes)) pattern.setAttribute(key, value);
    const stripe = pattern.appendChild(document.createElementNS(SVG, "rect"));
    for (const [key, value] of Object.entries({ width: 2, height: 8, fill: "#000" })) stripe.setAttribute(key, value);
  }

  function swatch(kind, colour) {
    const box = element("span", undefined, `claims-swatch ${kind}`);
    box.style.backgroundColor = colour;
    return box;
  }

  // a piece of line as the map draws it, dashes and all
  function stroke({ color, weight, dashArray }) {
    const box = document.createElementNS(SVG, "svg");
    const line = box.appendChild(document.createElementNS(SVG, "line"));
    for (const [key, value] of Object.entries({ width: 24, height: 14 })) box.setAttribute(key, value);
    const attributes = { x1: 0, x2: 24, y1: 7, y2: 7, stroke: color, "stroke-width": weight, "stroke-dasharray": dashArray };
    for (const [key, value] of Object.entries(attributes)) line.setAttribute(key, value);
    return box;
  }

  function legend(map, { title, rows, notes }) {
    const control = L.control({ position: "bottomleft" });
    control.onAdd = () => {
      const box = element("div", undefined, "claims-legend");
      box.append(element("h1", title));
      const table = box.appendChild(element("table"));
      for (const { colour, kind, style, text, number } of rows) {
        const row = table.insertRow();
        row.insertCell().append(kind === "line" ? stroke(style) : swatch(kind, colour));
        const cell = row.insertCell();
        cell.append(element("span", text));
        if (number) cell.append(element("span", number, "claims-number"));
      }
      for (const note of notes) box.append(element("p", note));
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  function attribution(map, text) {
    const box = element("span", text);
    map.attributionControl.setPrefix(false);
    map.attributionControl.addAttribution(box.innerHTML); // a text node, serialised: already escaped
  }

  return { shapes, places, hatch, legend, attribution };
})();
