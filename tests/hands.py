"""Where things stand on the screen, so that tests can point at them as a reader does: with mouse, finger and keys."""

from __future__ import annotations

import io
import math
import time
from typing import NamedTuple

import numpy as np
from PIL import Image


def mercator(lat):
    return math.degrees(math.asinh(math.tan(math.radians(lat))))


class Screen(NamedTuple):
    """The view of a map, worked out from where its dots stand."""

    left: float
    top: float
    scale: float  # pixels to a degree of longitude

    def at(self, lon, lat):
        """Return the pixel of a position."""
        return self.left + self.scale * lon, self.top - self.scale * mercator(lat)

    def position(self, x, y):
        """Return longitude and latitude of a pixel."""
        north = (self.top - y) / self.scale
        return (x - self.left) / self.scale, math.degrees(math.atan(math.sinh(math.radians(north))))


def until(page, expression, *, timeout=30.0):
    """Wait until an expression over the page holds, and return its value; the policy of a page forbids it to do so."""
    end = time.monotonic() + timeout
    while not (value := page.evaluate(expression)):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)
    return value


def dots(page):
    """Return the middle of every dot of a place, in the order of the layers; NaN where it is too far off."""
    paths = page.locator(".leaflet-claims-places-pane path")
    boxes = paths.evaluate_all("paths => paths.map(path => path.getBoundingClientRect().toJSON())")
    return [
        (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) if box["width"] else (math.nan, math.nan)
        for box in boxes
    ]


def places_on(record, day):
    """Return the places that a map of a day shows, in the order of the layers."""
    return [
        place
        for place in record.curated_places.values()
        if (place.valid_from or "") <= day and (not place.valid_to or day < place.valid_to)
    ]


def screen(page, record, day):
    """Work out the view from all dots: one scale and two offsets."""
    pixels = np.array(dots(page))
    found = np.array([(place.lon, mercator(place.lat)) for place in places_on(record, day)])
    assert len(pixels) == len(found)
    drawn = ~np.isnan(pixels[:, 0])
    pixels, found = pixels[drawn], found[drawn]
    plane = found * (1, -1)
    # least squares, of both directions at once
    (away, flat) = (pixels - pixels.mean(axis=0), plane - plane.mean(axis=0))
    scale = (away * flat).sum() / (flat**2).sum()
    left, top = (pixels - scale * plane).mean(axis=0)
    assert np.abs(scale * plane + (left, top) - pixels).max() < 1, "the dots stand where their places are"
    return Screen(left, top, scale)


def picture(page_or_png):
    """Return a screenshot, or a picture's bytes, as an array of red, green and blue."""
    png = page_or_png if isinstance(page_or_png, bytes) else page_or_png.screenshot()
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
