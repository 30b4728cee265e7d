// How much each party held from date to date, and how much changed hands on each: one walk over the histories of the faces.
const claimsHistory = (data, ledger) => {
  const CM2 = 1e10; // in a km²
  const walks = new Map();

  // the holder of an entry: of control, or in a party's view
  const holder = (view, row) => (view ? data.views[row] : data.rows[row])[0];
  const entries = (face, view, extent) => (view ? face.seen[view] ?? [] : face.held[extent]);

  function walk(view) {
    const extents = view ? ["best"] : ledger.EXTENTS;
    const dates = [...new Set(data.faces.flatMap((face) => extents.flatMap((extent) => entries(face, view, extent).map(([from]) => from))))].sort();
    const place = new Map(dates.map((date, index) => [date, index]));
    const held = {};
    const passed = {};
    for (const extent of extents) {
      const sums = new Map();
      const add = (party, at, cm2) => {
        if (!sums.has(party)) sums.set(party, new Float64Array(dates.length));
        sums.get(party)[at] += cm2;
      };
      passed[extent] = new Float64Array(dates.length);
      for (const face of data.faces) {
        let before = null;
        for (const [from, row] of entries(face, view, extent)) {
          const party = holder(view, row);
          if (party === before) continue;
          const at = place.get(from);
          if (before !== null) {
            add(before, at, -face.cm2);
            passed[extent][at] += face.cm2 / CM2;
          }
          add(party, at, face.cm2);
          before = party;
        }
      }
      for (const steps of sums.values()) {
        let sum = 0;
        for (const at of dates.keys()) {
          sum += steps[at];
          steps[at] = sum / CM2;
        }
      }
      held[extent] = sums;
    }
    return { dates, held, passed };
  }

  function of(view) {
    if (!walks.has(view)) walks.set(view, walk(view));
    return walks.get(view);
  }

  // what each party held from each date on: in the extent chosen, and the least and most of all extents
  function courses(view, extent) {
    const { dates, held } = of(view);
    const nothing = new Float64Array(dates.length);
    const parties = new Set(Object.values(held).flatMap((sums) => [...sums.keys()]));
    parties.delete("none");
    return [...parties].sort().map((party) => {
      const each = Object.values(held).map((sums) => sums.get(party) ?? nothing);
      const chosen = (held[extent] ?? held.best).get(party) ?? nothing;
      return {
        party,
        steps: dates.map((date, at) => {
          const all = each.map((sums) => sums[at]);
          return { date, area: chosen[at], low: Math.min(...all), high: Math.max(...all) };
        }),
      };
    });
  }

  // km² that changed hands on each date of control
  function moved(extent) {
    const walked = of("");
    return new Map(walked.dates.map((date, at) => [date, walked.passed[extent][at]]));
  }

  // the changes of some faces between two days: face, day and the event that the ledger names
  function changes(faces, extent, after, until) {
    const found = [];
    for (const index of faces) {
      let before = null;
      for (const [from, row] of data.faces[index].held[extent]) {
        const party = holder("", row);
        if (after < from && from <= until && before !== null && party !== before) found.push({ index, from, event: data.rows[row][2] });
        before = party;
      }
    }
    return found;
  }

  // events that brought a change between two days, each with its faces and their km², the largest first;
  // then events of the same days in the zones concerned, which have no ground of their own
  function eventsOf(faces, extent, after, until) {
    const all = changes(new Set(faces), extent, after, until);
    const found = [];
    for (const [id, date, title, what, affects, , zones = []] of data.events) {
      if (affects === "no") continue;
      const own = all.filter(({ event }) => event === id);
      const beside = all.filter(({ index, from }) => from === date && data.faces[index].zones.some((zone) => zones.includes(zone)));
      const mine = own.length ? own : beside;
      if (!mine.length) continue;
      const unique = [...new Set(mine.map(({ index }) => index))];
      found.push({ id, date, on: mine[0].from, title, what, faces: unique, area: own.length ? ledger.km2(unique) : 0 });
    }
    return found.sort((one, other) => other.area - one.area || (one.date < other.date ? -1 : 1));
  }

  // the last day on which ground changed hands, until a day or before it
  function lastChange(day, extent, isBefore = false) {
    const walked = of("");
    return walked.dates.findLast((date, at) => (isBefore ? date < day : date <= day) && walked.passed[extent][at] > 0) ?? null;
  }

  return { courses, moved, eventsOf, lastChange };
};
