// Points at what a card or an event is about: the edge of its ground, or a ring round its place.
const claimsPointer = (map, data, drawing) => {
  map.createPane("claims-pointer").style.zIndex = 450;
  map.getPane("claims-pointer").style.pointerEvents = "none";
  const renderer = L.svg({ pane: "claims-pointer" });
  const group = L.layerGroup().addTo(map);
  const on = (style) => ({ renderer, pane: "claims-pointer", interactive: false, fill: false, ...style });
  const LOOKS = [{ color: "#fff", weight: 7, opacity: 0.9 }, { color: "#d4006a", weight: 3 }];

  // arcs that one alone of the faces has: seams between them are not shown
  function edges(faces) {
    const times = new Map();
    for (const face of faces) {
      for (const arc of data.faces[face].rings.flat()) times.set(Math.abs(arc), (times.get(Math.abs(arc)) ?? 0) + 1);
    }
    return [...times].filter(([, count]) => count === 1).map(([arc]) => drawing.arcs[arc - 1]);
  }

  function clear() {
    group.clearLayers();
  }

  // returns the bounds of what is pointed at
  function show({ faces = null, at = null, courses: given = [] }) {
    clear();
    const courses = faces ? edges(faces) : given;
    if (at) for (const look of LOOKS) L.circleMarker(at, on({ ...look, radius: 11, className: "claims-pointed" })).addTo(group);
    else for (const look of LOOKS) L.polyline(courses, on({ ...look, className: "claims-pointed" })).addTo(group);
    return at ? L.latLngBounds([at, at]) : L.latLngBounds(courses.flat());
  }

  return { show, clear };
};
