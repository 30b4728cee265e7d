// Ground as paths of whole faces. Each arc is projected once per zoom; a step of time only joins the texts of faces anew.
const claimsShapes = (map, arcs, faces) => {
  const rings = faces.map((face) => face.rings);
  let view = ""; // of which the texts are
  let projected = [];
  let texts = [];

  function refresh() {
    const origin = map.getPixelOrigin();
    const now = `${map.getZoom()} ${origin.x} ${origin.y}`;
    if (now === view) return;
    view = now;
    projected = [];
    texts = [];
    open.length = 0;
  }

  // where an arc is on the whole map of zoom 0, in shares of its width, as x, y, x, y: the slow part of a projection
  const { projection, transformation } = map.options.crs;
  const placed = [];

  function placeOf(arc) {
    placed[arc] ??= Float64Array.from(arcs[arc].flatMap(([lat, lng]) => {
      const { x, y } = transformation.transform(projection.project({ lat, lng }));
      return [x, y];
    }));
    return placed[arc];
  }

  // the pixels of an arc as text, without those that repeat the one before
  function pixels(arc) {
    if (!projected[arc]) {
      const [scale, origin, at] = [map.options.crs.scale(map.getZoom()), map.getPixelOrigin(), placeOf(arc)];
      const found = [];
      let last = "";
      for (let index = 0; index < at.length; index += 2) {
        const text = `${Math.round(at[index] * scale) - origin.x} ${Math.round(at[index + 1] * scale) - origin.y}`;
        if (text !== last) found.push(text);
        last = text;
      }
      projected[arc] = found;
    }
    return projected[arc];
  }

  function textOf(face) {
    texts[face] ??= rings[face].map((ring) => {
      const points = ring.flatMap((arc) => {
        const found = pixels(Math.abs(arc) - 1);
        return arc > 0 ? found.slice(0, -1) : found.slice(1).reverse();
      });
      return points.length > 2 ? `M${points.join("L")}z` : "";
    }).join("");
    return texts[face];
  }

  const open = []; // texts of arcs
  const bounding = rings.map((face) => [...new Set(face.flat().map(Math.abs))]);
  const odd = new Uint8Array(arcs.length + 1);

  // the arcs on the edge of some faces: those that bound one of them only
  function edgeOf(chosen) {
    for (const face of chosen) for (const arc of bounding[face]) odd[arc] ^= 1;
    const found = [];
    for (const face of chosen) {
      for (const arc of bounding[face]) {
        if (!odd[arc]) continue;
        odd[arc] = 0;
        open[arc] ??= `M${pixels(arc - 1).join("L")}`;
        found.push(open[arc]);
      }
    }
    return found.join("");
  }

  const Shape = L.Path.extend({
    initialize(options) {
      L.setOptions(this, options);
      this.faces = [];
    },

    // true where that changed anything
    show(chosen) {
      if (chosen.length === this.faces.length && chosen.every((face, at) => face === this.faces[at])) return false;
      this.faces = chosen;
      if (this._map) this._updatePath();
      return true;
    },

    _project() {},

    _update() {
      if (this._map) this._updatePath();
    },

    _updatePath() {
      refresh();
      const text = this.options.edge ? edgeOf(this.faces) : this.faces.map(textOf).join("");
      this._renderer._setPath(this, text || "M0 0");
    },
  });

  // the layers of a group by key: made once, added and removed as they have faces or not
  function keeper(group, make) {
    const made = new Map();
    return (wanted) => {
      for (const [key, layers] of made) {
        if (!wanted.has(key)) for (const layer of layers) group.removeLayer(layer);
      }
      for (const [key, chosen] of wanted) {
        if (!made.has(key)) made.set(key, make(key));
        for (const layer of made.get(key)) {
          layer.show(chosen);
          if (!group.hasLayer(layer)) group.addLayer(layer);
        }
      }
    };
  }

  return { shape: (options) => new Shape(options), keeper };
};
