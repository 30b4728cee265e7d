// The small chart over the slider: km² held by each party over time, with the bands of the extents, and the dates shown.
const claimsChart = ({ data, state, ledger, history, texts, axis, set }) => {
  const SVG = "http://www.w3.org/2000/svg";
  const HEIGHT = 48;
  const TOP = 3;
  const SPOTS = Array.from({ length: 33 }, (_, index) => (index + 1) / 34); // shares at which a name may stand
  const REACH = 6; // pixels within which a change is meant itself
  const DASHES = ["", "7 3", "2 3", "9 3 2 3", "5 2", "1 4"]; // so that colour is never the only difference
  const { element, write } = claimsElements;
  const box = element("div", undefined, { class: "claims-chart" });
  const svg = (tag, attributes, parent) => {
    const node = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return parent ? parent.appendChild(node) : node;
  };
  const root = box.appendChild(svg("svg", { height: HEIGHT, width: "100%", role: "img", focusable: "false" }));
  const [ground, cursors] = [svg("g", {}, root), svg("g", {}, root)];
  const tip = box.appendChild(element("span", undefined, { class: "claims-tip", "aria-hidden": "true", hidden: "" }));
  let drawn = "";
  let width = 0;

  const x = (date) => (axis.at(date) * width).toFixed(1);

  // the corners of what a party held: from date to date it holds what it held at the first
  function corners(part, pick, y) {
    return part.flatMap((step, index) => {
      const until = part[index + 1]?.date ?? (step.high > 0 ? null : step.date);
      return [`${x(step.date)} ${y(pick(step))}`, `${until === null ? width : x(until)} ${y(pick(step))}`];
    });
  }

  // stretches in which a party held anything, in any extent, each with the date on which it ended
  function stretches(steps) {
    const found = [];
    let isOn = false;
    for (const step of steps) {
      if (step.high > 0 || isOn) {
        if (!isOn) found.push([]);
        found.at(-1).push(step);
      }
      isOn = step.high > 0;
    }
    return found;
  }

  function draw() {
    const courses = history.courses(state.view, state.extent);
    const highest = Math.max(...courses.flatMap(({ steps }) => steps.map(({ high }) => high)), 1e-9);
    const y = (value) => (TOP + (HEIGHT - TOP - 2) * (1 - value / highest)).toFixed(1);
    ground.replaceChildren();
    for (const [index, { party, steps }] of courses.entries()) {
      const [colour] = data.parties[party] ?? ["#767676"];
      for (const part of stretches(steps)) {
        const [high, low] = ["high", "low"].map((end) => corners(part, (step) => step[end], y));
        svg("path", { d: `M${high.join("L")}L${low.reverse().join("L")}Z`, fill: colour, class: "claims-chart-band" }, ground);
        svg("path", {
          d: `M${corners(part, (step) => step.area, y).join("L")}`, stroke: colour, "stroke-dasharray": DASHES[index % DASHES.length], class: "claims-chart-line",
        }, ground);
      }
    }
    name(courses, y);
  }

  // each party's name stands where its line is farthest from the others, and no other name is
  function name(courses, y) {
    const taken = [];
    const dates = courses[0]?.steps.map(({ date }) => axis.at(date)) ?? [];
    const at = (steps, share) => steps[Math.max(dates.findLastIndex((date) => date <= share), 0)];
    for (const { party, steps } of courses) {
      const text = texts.party(party);
      const half = 3.2 * text.length + 4;
      const places = SPOTS.filter((share) => share * width > half && (1 - share) * width > half && at(steps, share).area > 0).map((share) => {
        const line = Number(y(at(steps, share).area));
        const others = courses.filter((other) => other.party !== party).map((other) => Math.abs(Number(y(at(other.steps, share).area)) - line));
        const isLevel = [-half, half].every((aside) => at(steps, share + aside / width) === at(steps, share));
        return { x: share * width, y: line < 16 ? line + 12 : line - 4, free: Math.min(HEIGHT, ...others) * (isLevel ? 1 : 0.3) };
      }).filter((one) => taken.every((other) => Math.abs(other.x - one.x) > half + other.half || Math.abs(other.y - one.y) > 11));
      if (!places.length) continue;
      const place = places.reduce((best, one) => (one.free > best.free + 1 ? one : best));
      taken.push({ ...place, half });
      svg("text", { x: place.x.toFixed(1), y: place.y.toFixed(1), "text-anchor": "middle", class: "claims-chart-name" }, ground).textContent = text;
    }
  }

  function cursor() {
    cursors.replaceChildren();
    const shown = state.mode === "date" ? [state.date] : [state.before, state.date];
    const [left, right] = [Math.min(...shown.map((id) => x(ledger.dayOf(id)))), Math.max(...shown.map((id) => x(ledger.dayOf(id))))];
    if (shown.length > 1) svg("rect", { x: left, y: 0, width: Math.max(right - left, 0), height: HEIGHT, class: "claims-chart-span" }, cursors);
    for (const at of [left, right]) svg("line", { x1: at, x2: at, y1: 0, y2: HEIGHT, class: "claims-chart-cursor" }, cursors);
  }

  function update(areas, room) {
    width = room;
    if (!width) return;
    const now = JSON.stringify([width, state.view, state.extent, state.language, axis.isCompact(), axis.at(data.changes.at(-1))]);
    if (now !== drawn) draw();
    drawn = now;
    cursor();
    const said = areas.filter(({ area }) => area > 0).map((row) => `${texts.party(row.controller)} ${texts.km2(texts.whole(row.area))}`).join(", ");
    root.setAttribute("aria-label", `${texts.words("timeline")}. ${state.date}: ${said}`);
  }

  // a press or a drag sets the date

  function dateAt(event) {
    const { left } = root.getBoundingClientRect();
    return axis.dateAt(Math.min(Math.max((event.clientX - left) / (width || 1), 0), 1), REACH / (width || 1));
  }

  box.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    set({ date: dateAt(event) });
  });
  box.addEventListener("pointermove", (event) => {
    const date = dateAt(event);
    tip.hidden = false;
    write(tip, date);
    const at = axis.at(date) * width;
    tip.style.left = `${Math.min(Math.max(at, 34), width - 34)}px`;
    if (box.hasPointerCapture(event.pointerId) && date !== state.date) set({ date });
  });
  box.addEventListener("pointerleave", () => { tip.hidden = true; });

  return { box, update };
};
