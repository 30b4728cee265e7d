// The places of the panels round the map, and the ground's place in the room that they leave.
const claimsRoom = (map, bounds, avoid) => {
  const { element } = claimsElements;
  const NARROW = 640; // pixels of width below which panels are sheets at the bottom
  const LOW = 560; // pixels of height below which panels begin folded
  const SHORT = 680; // pixels of height below which the chart and all events but one are left to a press
  const WIDE = 900;
  const GAP = 10;
  const SLACK = 40; // pixels that a panel may grow or shrink, as words change from step to step, before the ground is fitted anew
  const LEAST = 60; // pixels that the ground needs to be fitted between panels
  const container = map.getContainer();
  const dock = container.appendChild(element("div", undefined, { class: "claims-dock" }));
  const slots = Object.fromEntries(["story", "start", "middle", "end", "time"].map((name) => (
    [name, dock.appendChild(element("div", undefined, { class: `claims-slot claims-at-${name}` }))]
  )));
  const folds = [];
  let size = "";
  let following = true; // until the reader moves the map
  let moving = false;
  let held = false;
  let fitted = []; // what panels and edges left of the map when the ground was fitted

  const sizes = new ResizeObserver(tell);

  let narrow = false; // measured on a change of size, not on each step of the slider
  let low = false;
  let short = false;

  // events on a panel never reach the map
  function put(slot, box) {
    slots[slot].append(box);
    if (slot !== "middle") sizes.observe(box);
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return box;
  }

  // tell what panels cover whenever one grows, shrinks or moves
  function tell() {
    const box = container.getBoundingClientRect();
    const scale = box.width / (container.offsetWidth || 1) || 1;
    const panels = Object.entries(slots).flatMap(([name, slot]) => (name === "middle" ? [] : [...slot.children]));
    avoid(panels.map((panel) => panel.getBoundingClientRect()).filter(({ width, height }) => width && height).map((one) => (
      [one.left - box.left, one.top - box.top, one.right - box.left, one.bottom - box.top].map((pixels) => Math.round(pixels / scale))
    )));
  }

  // pixels of the container that panels cover on its four sides
  function covered() {
    const [box, free] = [container.getBoundingClientRect(), slots.middle.getBoundingClientRect()];
    const scale = box.width / (container.offsetWidth || 1) || 1;
    return {
      left: (free.left - box.left) / scale,
      top: (free.top - box.top) / scale,
      right: (box.right - free.right) / scale,
      bottom: (box.bottom - free.bottom) / scale,
    };
  }

  // the four sides of the room in the middle, and the size of the whole
  const sides = () => [...Object.values(covered()), container.clientWidth, container.clientHeight].map(Math.round);

  function padding(gap = GAP) {
    const { left, top, right, bottom } = covered();
    return { paddingTopLeft: [left + gap, top + gap], paddingBottomRight: [right + gap, bottom + gap] };
  }

  function ours(move) {
    moving = true;
    try { move(); } finally { moving = false; }
  }

  function fit() {
    following = true;
    fitted = sides();
    ours(() => {
      const { clientWidth, clientHeight } = container;
      if (!clientWidth || !clientHeight) { // hidden: there is nothing to fit to
        map.setView(L.latLngBounds(bounds).getCenter(), 9, { animate: false });
        return;
      }
      const { left, top, right, bottom } = covered();
      const open = clientWidth - left - right > LEAST && clientHeight - top - bottom > LEAST;
      const snap = map.options.zoomSnap;
      map.options.zoomSnap = 0; // the ground is as large as the room allows
      map.fitBounds(bounds, { ...(open ? padding() : {}), animate: false });
      map.options.zoomSnap = snap;
    });
  }

  // bring what a card or an event is about into the room between the panels
  function reveal(about) {
    const box = L.latLngBounds(about);
    const { left, top, right, bottom } = covered();
    const [nearest, farthest] = [box.getNorthWest(), box.getSouthEast()].map((corner) => map.latLngToContainerPoint(corner));
    const whole = map.getSize();
    const free = whole.subtract([left + right + 4 * GAP, top + bottom + 4 * GAP]);
    const extent = farthest.subtract(nearest);
    if (extent.x > free.x || extent.y > free.y) {
      if (free.x > LEAST && free.y > LEAST) map.fitBounds(box, { ...padding(2 * GAP), maxZoom: map.getZoom(), animate: false });
      return;
    }
    const shift = (from, to, least, most) => Math.min(0, from - least) + Math.max(0, to - most);
    const offset = [
      shift(nearest.x, farthest.x, left + 2 * GAP, whole.x - right - 2 * GAP),
      shift(nearest.y, farthest.y, top + 2 * GAP, whole.y - bottom - 2 * GAP),
    ];
    if (offset[0] || offset[1]) map.panBy(offset, { animate: false });
  }

  // a folding panel; on a small screen one is open at a time
  function fold(box, details) {
    const entry = { box, details, chosen: null };
    details.firstElementChild.addEventListener("click", () => {
      entry.chosen = !details.open;
      if (details.open || !narrow) return;
      for (const other of folds) if (other !== entry) other.details.open = false;
    });
    folds.push(entry);
  }

  function arrange() {
    const { clientWidth, clientHeight } = container;
    if (!clientWidth || !clientHeight) return;
    [narrow, low, short] = [clientWidth <= NARROW, clientHeight < LOW, clientWidth <= NARROW || clientHeight < SHORT];
    const now = [narrow, low, clientWidth < WIDE].join();
    container.classList.toggle("claims-narrow", narrow);
    container.classList.toggle("claims-low", low);
    container.classList.toggle("claims-short", short);
    if (now === size) return;
    size = now;
    for (const { details, chosen } of folds) details.open = narrow ? false : chosen ?? !(low || clientWidth < WIDE);
  }

  // on paper nothing is folded
  function unfold(on) {
    for (const entry of folds) {
      if (on) entry.screen ??= entry.details.open;
      else if (entry.screen === undefined) continue;
      entry.details.open = on || entry.screen;
      if (!on) delete entry.screen;
    }
    container.classList.toggle("claims-narrow", !on && narrow);
    container.classList.toggle("claims-low", !on && low);
    container.classList.toggle("claims-short", !on && short);
  }

  // Leaflet's own controls stand in the free room, not below panels
  function settle() {
    if (!container.clientWidth || !container.clientHeight) return;
    for (const [side, pixels] of Object.entries(covered())) container.style.setProperty(`--${side}`, `${Math.max(pixels, 0)}px`);
    const now = sides();
    if (following && !held && !(fitted.length && now.every((pixels, index) => Math.abs(pixels - fitted[index]) < SLACK))) fit();
    tell();
  }

  // one card at a time, above the settings or, with little room, in their place
  function showCard(card) {
    container.classList.toggle("claims-carded", Boolean(card));
    if (!card) return;
    slots.end.prepend(card);
    sizes.observe(card);
    L.DomEvent.disableClickPropagation(card);
    L.DomEvent.disableScrollPropagation(card);
  }

  map.on("movestart zoomstart", () => { if (!moving) following = false; });
  new ResizeObserver(() => { if (!window.matchMedia("print").matches) settle(); }).observe(slots.middle);

  return {
    put, fit, reveal, fold, unfold, arrange, settle,
    isLow: () => low,
    isShort: () => short,
    hold: (on) => { held = on; },
    showCard,
    isFollowing: () => following,
  };
};
