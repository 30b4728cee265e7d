// Where dates lie along the time axis, as shares of its length: in proportion to time, or with room for each where they crowd.
const claimsAxis = (stops) => {
  const DAY = 86400000;
  const LEAST = 8; // pixels between stops that can be told apart
  const LABEL = 58; // pixels that a label of the axis takes
  const YEARS = [100, 50, 20, 10, 5, 2, 1];
  const MONTHS = [[1, 7], [4, 10], [2, 3, 5, 6, 8, 9, 11, 12]];

  const timeOf = (id) => {
    const known = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(T.*)?$/.exec(id);
    if (!known) return NaN;
    const [, year, month = "01", day = "01", clock = "T00:00"] = known;
    const zone = /Z$|[+-]\d\d:?\d\d$/.test(clock) ? "" : "Z"; // without one, as of no zone
    return Date.parse(`${year}-${month}-${day}${clock}${zone}`);
  };
  const dayOf = (time) => new Date(time).toISOString().slice(0, 10);
  const isTimed = stops.every((stop) => !Number.isNaN(timeOf(stop)));
  let times = isTimed ? stops.map(timeOf) : [...stops.keys()];
  const [first, last] = [times[0], times.at(-1)];
  const span = last - first || 1;

  let shares = [];
  let isCompact = false;

  // in the compact mode each stop has some room of its own, and the rest is in proportion to time
  function lay(width, wanted) {
    const gaps = times.slice(1).map((time, index) => (time - times[index]) / span);
    const least = Math.min(LEAST / Math.max(width, 1), 0.6 / Math.max(gaps.length, 1));
    const isCrowded = gaps.length > 0 && Math.min(...gaps) < least * 0.99;
    isCompact = wanted ?? isCrowded;
    const own = isCompact && isCrowded ? least : 0;
    let at = 0;
    shares = [0, ...gaps.map((gap) => { at += own + (1 - own * gaps.length) * gap; return at; })];
    return isCrowded;
  }

  function between(value, from, to) {
    let index = from.findLastIndex((known) => known <= value);
    index = Math.min(Math.max(index, 0), from.length - 2);
    if (from.length < 2) return to[0];
    const share = (value - from[index]) / (from[index + 1] - from[index] || 1);
    return to[index] + Math.min(Math.max(share, 0), 1) * (to[index + 1] - to[index]);
  }

  const before = (id) => stops.findLastIndex((stop) => stop <= id);
  const at = (id) => between(isTimed ? timeOf(id) : Math.max(before(id), 0), times, shares);
  const nearest = (share) => stops[shares.reduce((best, one, index) => (Math.abs(one - share) < Math.abs(shares[best] - share) ? index : best), 0)];

  // the day at a share of the axis; a stop that is not `reach` away is meant itself
  function dateAt(share, reach) {
    const close = nearest(share);
    if (!isTimed || Math.abs(at(close) - share) <= reach) return close;
    return dayOf(between(share, shares, times));
  }

  function candidates() {
    if (!isTimed) return [stops];
    const [from, to] = [new Date(first), new Date(last)];
    const years = Array.from({ length: to.getUTCFullYear() - from.getUTCFullYear() + 1 }, (_, index) => from.getUTCFullYear() + index);
    const ranks = YEARS.map((every) => years.filter((year) => year % every === 0).map((year) => String(year).padStart(4, "0")));
    const two = (number) => String(number).padStart(2, "0");
    if (span < 6 * 366 * DAY) ranks.push(...MONTHS.map((group) => years.flatMap((year) => group.map((month) => `${year}-${two(month)}`))));
    if (span < 100 * DAY) {
      const days = Array.from({ length: Math.floor(span / DAY) + 1 }, (_, index) => dayOf(first + index * DAY));
      ranks.push(days.filter((day) => day.endsWith("-15")), days.filter((_, index) => index % 5 === 0), days);
    }
    return ranks;
  }

  // labels that do not touch, the rounder first
  function labels(width) {
    const placed = [];
    for (const rank of candidates()) {
      for (const text of rank) {
        const time = isTimed ? timeOf(text) : 0;
        if (isTimed && (time < first || time > last)) continue;
        const share = at(text);
        if (share * width < LABEL / 3 || (1 - share) * width < LABEL / 3) continue;
        if (placed.every((other) => Math.abs(other.share - share) * width >= LABEL)) placed.push({ text, share });
      }
    }
    return placed;
  }

  // a date that the reader names becomes a stop
  function add(id) {
    if (stops.includes(id) || !isTimed) return;
    stops.push(id);
    stops.sort();
    times = stops.map(timeOf);
  }

  // the stop so many steps after or before a moment
  function step(id, steps) {
    const above = stops.findIndex((stop) => stop > id);
    const from = steps > 0 ? (above < 0 ? stops.length : above) - 1 : stops.findLastIndex((stop) => stop < id) + 1;
    return stops[Math.min(Math.max(from + steps, 0), stops.length - 1)];
  }

  return {
    lay, at, nearest, dateAt, labels, step, add,
    isCompact: () => isCompact,
    isDated: isTimed && stops.every((stop) => /^\d{4}(-\d\d){0,2}$/.test(stop)),
  };
};
