// Measuring: the length of the clicked path, and its area once it has three corners, on the WGS84 ellipsoid.
const claimsMeasure = (map, texts, say) => {
  const container = map.getContainer();
  const layer = L.layerGroup().addTo(map);
  const style = { color: "#111", weight: 2, fillOpacity: 0.08, interactive: false, className: "claims-measure" };
  const zooms = map.doubleClickZoom.enabled();
  const label = claimsElements.element("span", undefined, { dir: "auto" });
  const tooltip = L.tooltip({ permanent: true, direction: "right", className: "claims-measured" }).setContent(label);
  let on = false;
  let points = [];

  function text() {
    const corners = points.map(({ lat, lng }) => [lat, lng]);
    const km = texts.fills(texts.words("kilometres"), { number: (claimsGeodesy.length(corners) / 1000).toFixed(2) });
    return points.length > 2 ? `${km}, ${texts.km2((claimsGeodesy.squareMetres(corners) / 1e6).toFixed(2))}` : km;
  }

  function draw() {
    for (const old of layer.getLayers()) if (old !== tooltip) layer.removeLayer(old);
    if (!points.length) {
      layer.clearLayers();
      return;
    }
    const shape = points.length > 2 ? L.polygon(points, style) : L.polyline(points, style);
    shape.addTo(layer);
    for (const point of points) L.circleMarker(point, { ...style, radius: 3, fillOpacity: 1 }).addTo(layer);
    label.textContent = text();
    tooltip.setLatLng(points.at(-1)).addTo(layer);
    tooltip.update();
    say(text());
  }

  function add(latlng) {
    points.push(latlng);
    draw();
  }

  function toggle(wanted) {
    on = wanted;
    points = [];
    draw();
    container.classList.toggle("claims-measuring", on);
    if (zooms) map.doubleClickZoom[on ? "disable" : "enable"]();
  }

  // by keyboard: arrow keys move the map under a cross, Enter adds a point there
  function key(event) {
    if (!on || event.target !== container) return false;
    if (event.key === "Enter") add(map.containerPointToLatLng(map.getSize().divideBy(2))); // below the cross
    else if (event.key === "Backspace") {
      points.pop();
      draw();
    } else return false;
    event.preventDefault();
    return true;
  }

  return { add, toggle, key, isOn: () => on };
};
