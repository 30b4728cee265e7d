// What lies around the covered ground, in a quiet tone: relief, sea, borders and cities.
const claimsSurroundings = (map, context, positions, group, on) => {
  const RELIEF_ZOOM = 12;
  if (context.relief) {
    const { picture, bounds } = context.relief;
    // closer up, its cells would show
    const near = () => map.getContainer().classList.toggle("claims-near", map.getZoom() > RELIEF_ZOOM);
    map.on("zoomend", near);
    near();
    L.imageOverlay(picture, bounds, { pane: "claims-context", interactive: false, className: "claims-relief", alt: "" }).addTo(group);
  }
  for (const { ring } of context.seas) {
    if (ring.length) L.polygon(positions(ring), on("context", { interactive: false, stroke: false, fillOpacity: 1, className: "claims-sea" })).addTo(group);
  }
  const borders = context.borders.map((border) => ({
    border, line: L.polyline(positions(border.steps), on("context", { interactive: false, weight: 1.2, className: "claims-border" })),
  }));
  for (const { at } of context.cities) {
    L.circleMarker(at, on("context", { interactive: false, radius: 3, weight: 1, fillOpacity: 1, className: "claims-city" })).addTo(group);
  }

  // the borders of a day
  return (holds) => {
    for (const { border, line } of borders) {
      const wanted = holds(border);
      if (wanted !== group.hasLayer(line)) group[wanted ? "addLayer" : "removeLayer"](line);
    }
  };
};
