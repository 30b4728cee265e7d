// Lengths and areas on the WGS84 ellipsoid, and the plane geometry of a click. Positions are [latitude, longitude].
const claimsGeodesy = (() => {
  const A = 6378137; // WGS84
  const F = 1 / 298.257223563;
  const B = A * (1 - F);
  const E2 = F * (2 - F);
  const E = Math.sqrt(E2);
  const RADIANS = Math.PI / 180;

  const { sin, cos, tan, atan, atan2, asin, sqrt, hypot } = Math;

  // Vincenty (1975), inverse problem; accurate to a millimetre except for nearly antipodal points, which a map cannot show
  function metres([lat1, lon1], [lat2, lon2]) {
    const [u1, u2] = [lat1, lat2].map((lat) => atan((1 - F) * tan(lat * RADIANS)));
    const [su1, cu1, su2, cu2] = [sin(u1), cos(u1), sin(u2), cos(u2)];
    const difference = (lon2 - lon1) * RADIANS;
    let [lambda, before] = [difference, NaN];
    let [sigma, sinSigma, cosSigma, cos2Alpha, cosMiddle] = [0, 0, 0, 0, 0];
    for (let round = 0; round < 100 && !(Math.abs(lambda - before) < 1e-12); round += 1) {
      sinSigma = hypot(cu2 * sin(lambda), cu1 * su2 - su1 * cu2 * cos(lambda));
      if (sinSigma === 0) return 0;
      cosSigma = su1 * su2 + cu1 * cu2 * cos(lambda);
      sigma = atan2(sinSigma, cosSigma);
      const sinAlpha = (cu1 * cu2 * sin(lambda)) / sinSigma;
      cos2Alpha = 1 - sinAlpha ** 2;
      cosMiddle = cos2Alpha === 0 ? 0 : cosSigma - (2 * su1 * su2) / cos2Alpha;
      const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
      before = lambda;
      lambda = difference + (1 - c) * F * sinAlpha
        * (sigma + c * sinSigma * (cosMiddle + c * cosSigma * (2 * cosMiddle ** 2 - 1)));
    }
    const v = (cos2Alpha * (A ** 2 - B ** 2)) / B ** 2;
    const p = 1 + (v / 16384) * (4096 + v * (-768 + v * (320 - 175 * v)));
    const q = (v / 1024) * (256 + v * (-128 + v * (74 - 47 * v)));
    const shift = q * sinSigma * (cosMiddle + (q / 4) * (cosSigma * (2 * cosMiddle ** 2 - 1)
      - (q / 6) * cosMiddle * (4 * sinSigma ** 2 - 3) * (4 * cosMiddle ** 2 - 3)));
    return B * p * (sigma - shift);
  }

  // q of the authalic latitude: Snyder (1987), equation 3-12
  const authalic = (sine) => (1 - E2) * (sine / (1 - E2 * sine ** 2) + Math.atanh(E * sine) / E);
  const POLE = authalic(1);

  // spherical excess on the sphere of equal area, with great circles in place of geodesics
  function squareMetres(points) {
    const sphere = points.map(([lat, lon]) => [tan(asin(authalic(sin(lat * RADIANS)) / POLE) / 2), lon * RADIANS]);
    const excess = sphere.reduce((sum, [t1, lon1], index) => {
      const [t2, lon2] = sphere[(index + 1) % sphere.length];
      return sum + 2 * atan2(tan((lon2 - lon1) / 2) * (t1 + t2), 1 + t1 * t2);
    }, 0);
    return (Math.abs(excess) * A ** 2 * POLE) / 2;
  }

  const length = (points) => points.slice(1).reduce((sum, point, index) => sum + metres(points[index], point), 0);

  function within(ring, lat, lon) {
    let inside = false;
    for (let here = 0, before = ring.length - 1; here < ring.length; before = here, here += 1) {
      const [[y0, x0], [y1, x1]] = [ring[here], ring[before]];
      if ((y0 > lat) !== (y1 > lat) && lon < ((x1 - x0) * (lat - y0)) / (y1 - y0) + x0) inside = !inside;
    }
    return inside;
  }

  // distance from the origin to a chain of plane points
  function distance(flat) {
    let least = flat.length ? hypot(...flat[0]) : Infinity;
    for (let index = 1; index < flat.length; index += 1) {
      const [[x0, y0], [x1, y1]] = [flat[index - 1], flat[index]];
      const [dx, dy] = [x1 - x0, y1 - y0];
      const share = Math.min(Math.max(-(x0 * dx + y0 * dy) / (dx * dx + dy * dy || 1), 0), 1);
      least = Math.min(least, hypot(x0 + share * dx, y0 + share * dy));
    }
    return least;
  }

  // metres from a position to a line, in the plane that touches the ellipsoid there
  function metresTo(course, [lat, lon]) {
    const w = sqrt(1 - E2 * sin(lat * RADIANS) ** 2);
    const [north, east] = [(A * (1 - E2)) / w ** 3, (A / w) * cos(lat * RADIANS)];
    return distance(course.map(([y, x]) => [(x - lon) * RADIANS * east, (y - lat) * RADIANS * north]));
  }

  return { squareMetres, length, within, distance, metresTo };
})();
