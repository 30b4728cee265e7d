// Who held what, and how much ground changed hands: the sums of geo/layers/ledger.py, over the same whole faces.
const claimsLedger = (data) => {
  const Z95 = 1.959964; // two-sided 95 % of a normal distribution
  const EXTENTS = ["min", "best", "max"];
  const KEPT = 96; // answers that are kept: the moments on either side of a step, in all extents
  // a series has one extent, used for all
  const single = !data.faces.some(({ held: known }) => known.min || known.max);
  for (const { held: known } of data.faces) for (const extent of EXTENTS) known[extent] ??= known.best;
  const scenarios = new Map(data.scenarios.map((scenario) => [scenario.id, scenario]));

  // the same question has the same answer: the latest ones are kept, and nobody changes them
  function remembered(answer) {
    const known = new Map();
    return (...question) => {
      const key = JSON.stringify(question);
      const found = known.get(key) ?? answer(...question);
      known.delete(key);
      known.set(key, found);
      if (known.size > KEPT) known.delete(known.keys().next().value);
      return found;
    };
  }

  // dates are ISO text; reduced precision sorts before every day in it
  function entryAt(history, day) {
    let [low, high] = [0, history.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (history[middle][0] <= day) low = middle + 1;
      else high = middle;
    }
    return history[low - 1];
  }
  const dayOf = (moment) => scenarios.get(moment)?.base ?? moment;

  const states = remembered((moment, extent) => {
    const day = dayOf(moment);
    const rows = data.faces.map((face) => {
      const [from, row] = entryAt(face.held[extent], day) ?? [];
      const [controller, basis, event, sources, note, evidence] = row === undefined ? ["none"] : data.rows[row];
      return { controller, from, basis, event, sources, note, evidence, supposed: false };
    });
    for (const { faces, controller, extents } of scenarios.get(moment)?.rows ?? []) {
      if (!extents.includes(extent)) continue;
      for (const face of faces) rows[face] = { controller, from: day, sources: [], supposed: true };
    }
    return rows;
  });

  const held = (moment, extent = "best") => states(moment, single ? "best" : extent);

  // whose the ground is in a party's view; null before that view begins
  const seen = remembered((party, moment) => data.faces.map((face) => {
    const [, row] = entryAt(face.seen[party], dayOf(moment)) ?? [];
    if (row === undefined) return { controller: "none", names: {}, sources: [] };
    const [controller, names, sources] = data.views[row];
    return { controller, names, sources };
  }));

  function sigma(faces) {
    const chosen = new Uint8Array(data.faces.length);
    for (const face of faces) chosen[face] = 1;
    const side = data.arcs.map(([, left, right]) => (chosen[left] ?? 0) - (chosen[right] ?? 0));
    let variance = 0;
    for (const [a, b, value] of data.covariance) {
      if (side[a] && side[b]) variance += side[a] * side[b] * value * (a === b ? 1 : 2);
    }
    return Math.sqrt(Math.max(variance, 0)) / 1e6;
  }

  const km2 = (faces) => faces.reduce((sum, face) => sum + data.faces[face].cm2, 0) / 1e10;

  function quantity(byExtent, extent) {
    const each = EXTENTS.map((one) => km2(byExtent[one]));
    const margin = data.covariance.length ? Z95 * sigma(byExtent[extent]) : null; // not known where no line has an accuracy
    return { area: km2(byExtent[extent]), low: Math.min(...each), high: Math.max(...each), margin };
  }

  const none = () => ({ min: [], best: [], max: [] });

  // faces by key and extent
  function grouped(keyOf) {
    const groups = new Map();
    for (const extent of single ? ["best"] : EXTENTS) {
      for (let face = 0; face < data.faces.length; face += 1) {
        const key = keyOf(face, extent);
        if (key === null) continue;
        if (!groups.has(key)) groups.set(key, none());
        groups.get(key)[extent].push(face);
      }
    }
    if (single) for (const faces of groups.values()) Object.assign(faces, { min: faces.best, max: faces.best });
    return groups;
  }

  const areas = remembered((moment, party = "", chosen = "best") => {
    const known = Object.fromEntries(EXTENTS.map((extent) => [
      extent, party ? seen(party, moment) : held(moment, extent),
    ]));
    return [...grouped((face, extent) => known[extent][face].controller)]
      .map(([controller, faces]) => ({ controller, ...quantity(faces, party ? "best" : chosen) }))
      .sort((one, other) => (one.controller < other.controller ? -1 : 1));
  });

  const change = remembered((before, after, chosen = "best") => {
    const there = Object.fromEntries(EXTENTS.map((extent) => [extent, held(before, extent)]));
    const here = Object.fromEntries(EXTENTS.map((extent) => [extent, held(after, extent)]));
    const key = (face, extent) => {
      const [from, to] = [there[extent][face].controller, here[extent][face].controller];
      return from === to ? null : JSON.stringify([from, to]);
    };
    const supposed = scenarios.has(before) || scenarios.has(after);
    return [...grouped(key)]
      .map(([pair, faces]) => {
        const [from, to] = JSON.parse(pair);
        return { from, to, faces, supposed, ...quantity(faces, chosen) };
      })
      .sort((one, other) => other.area - one.area);
  });

  return { held, seen, areas, change, km2, dayOf, scenarios, EXTENTS };
};
