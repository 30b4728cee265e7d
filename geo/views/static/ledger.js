// Who held what, and how much ground changed hands: the sums of geo/layers/ledger.py, over the same whole faces.
const claimsLedger = (data) => {
  const Z95 = 1.959964; // two-sided 95 % of a normal distribution
  const EXTENTS = ["min", "best", "max"];
  // a series has one extent, used for all
  for (const { held: known } of data.faces) for (const extent of EXTENTS) known[extent] ??= known.best;
  const scenarios = new Map(data.scenarios.map((scenario) => [scenario.id, scenario]));

  // dates are ISO text; reduced precision sorts before every day in it
  const entryAt = (history, day) => history.findLast(([from]) => from <= day);
  const dayOf = (moment) => scenarios.get(moment)?.base ?? moment;

  function held(moment, extent = "best") {
    const day = dayOf(moment);
    const rows = data.faces.map((face) => {
      const [from, row] = entryAt(face.held[extent], day) ?? [];
      const [controller, basis, event, sources, note] = row === undefined ? ["none"] : data.rows[row];
      return { controller, from, basis, event, sources, note, supposed: false };
    });
    for (const { faces, controller, extents } of scenarios.get(moment)?.rows ?? []) {
      if (!extents.includes(extent)) continue;
      for (const face of faces) rows[face] = { controller, from: day, sources: [], supposed: true };
    }
    return rows;
  }

  // whose the ground is in a party's view; null before that view begins
  function seen(party, moment) {
    return data.faces.map((face) => {
      const [, row] = entryAt(face.seen[party], dayOf(moment)) ?? [];
      if (row === undefined) return { controller: "none", names: {}, sources: [] };
      const [controller, names, sources] = data.views[row];
      return { controller, names, sources };
    });
  }

  function sigma(faces) {
    const chosen = new Set(faces);
    const side = data.arcs.map(([, left, right]) => Number(chosen.has(left)) - Number(chosen.has(right)));
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

  function grouped(keyOf) {
    const groups = new Map();
    for (const extent of EXTENTS) {
      data.faces.forEach((_, face) => {
        const key = keyOf(face, extent);
        if (key === null) return;
        if (!groups.has(key)) groups.set(key, none());
        groups.get(key)[extent].push(face);
      });
    }
    return groups;
  }

  function areas(moment, party = "", chosen = "best") {
    const states = Object.fromEntries(EXTENTS.map((extent) => [
      extent, party ? seen(party, moment) : held(moment, extent),
    ]));
    return [...grouped((face, extent) => states[extent][face].controller)]
      .map(([controller, faces]) => ({ controller, ...quantity(faces, party ? "best" : chosen) }))
      .sort((one, other) => (one.controller < other.controller ? -1 : 1));
  }

  function change(before, after, chosen = "best") {
    const there = Object.fromEntries(EXTENTS.map((extent) => [extent, held(before, extent)]));
    const here = Object.fromEntries(EXTENTS.map((extent) => [extent, held(after, extent)]));
    const key = (face, extent) => {
      const [from, to] = [there[extent][face].controller, here[extent][face].controller];
      return from === to ? null : JSON.stringify([from, to]);
    };
    return [...grouped(key)]
      .map(([pair, faces]) => {
        const [from, to] = JSON.parse(pair);
        return { from, to, faces, ...quantity(faces, chosen) };
      })
      .sort((one, other) => other.area - one.area);
  }

  return { held, seen, areas, change, km2, dayOf, scenarios, EXTENTS };
};
