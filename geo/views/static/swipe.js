// The handle between the older and the newer date.
const claimsSwipe = ({ map, state, drawing, texts, moved }) => {
  const { element, write } = claimsElements;
  const container = map.getContainer();
  const handle = element("div", undefined, {
    class: "claims-handle", role: "slider", tabindex: "0", "aria-valuemin": 0, "aria-valuemax": 100,
  });
  handle.append(element("span", undefined, { class: "claims-grip", "aria-hidden": "true" }));
  // the date of each side
  const dates = ["before", "date"].map((key) => [key, handle.appendChild(element("span", undefined, { class: `claims-side claims-side-${key}`, dir: "auto" }))]);
  texts.labelled(handle, "handle");
  container.append(handle);

  function place(share) {
    state.swipe = Math.min(Math.max(share, 0), 1);
    handle.style.left = `${100 * state.swipe}%`;
    handle.setAttribute("aria-valuenow", Math.round(100 * state.swipe));
    drawing.clip(state.mode === "swipe" ? state.swipe : null);
  }

  function update() {
    handle.hidden = state.mode !== "swipe";
    for (const [key, node] of dates) write(node, texts.moment(state[key]));
    const said = dates.map(([key]) => texts.moment(state[key])).join(" | ");
    handle.setAttribute("aria-valuetext", `${Math.round(100 * state.swipe)} %, ${said}`);
    place(state.swipe);
  }

  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    handle.focus();
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const box = container.getBoundingClientRect();
    place((event.clientX - box.left) / box.width);
  });
  handle.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -0.02, ArrowRight: 0.02 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    place(state.swipe + step);
    moved();
  });
  handle.addEventListener("pointerup", () => moved());
  L.DomEvent.disableClickPropagation(handle);
  map.on("move zoomend resize", () => place(state.swipe));

  // the one of the two dates that is shown at a position
  const momentAt = (latlng) => {
    const left = map.latLngToContainerPoint(latlng).x < map.getSize().x * state.swipe;
    return state.mode === "swipe" && left ? state.before : state.date;
  };

  return { update, momentAt };
};
