"""Figures in grey and to colour-blind eyes: what they fill and stripe is drawn, and then told apart as it is seen."""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from test_palette import SIMULATED

from geo.layers.looks import Look
from geo.views import drawing, sheets
from geo.views.palette import looks_in

SIDE = 0.35  # inches: two fifths of an inch is what a zone has in a figure of 8 cm
DOTS = 300
# root mean square of lightness and colour, 0 to 1, of patterns moved over each other as well as can be
APART = 0.04


def seen(figure, kind):
    """Return a figure as an eye sees it, linear red, green and blue."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    rgb = np.asarray(canvas.buffer_rgba())[:, :, :3] / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.clip(linear @ np.asarray(SIMULATED[kind]).T, 0, 1)


def swatch(look, kind, *, dark=False):
    """Return some ground as it is seen: the lightness of each point, and its mean colour."""
    with mpl.rc_context(sheets.sheet(dark=dark).settings()):
        figure = Figure(figsize=(SIDE, SIDE), dpi=DOTS)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        if isinstance(look, Look):
            axes.add_patch(Rectangle((0, 0), 1, 1, **drawing.ground_style(look)))
        else:
            drawing.draw_transfer(axes, drawing.shapely.box(0, 0, 1, 1), *look)
        image = seen(figure, kind)
    light = np.cbrt(image @ [0.2126, 0.7152, 0.0722])
    return light, np.cbrt(image.mean(axis=(0, 1)))


def apart(one, other):
    """Return how far two patterns differ wherever they begin: their spectra, and their mean colours.

    By Parseval's theorem the distance of two spectra is the root mean square of a difference in lightness.
    """
    spectra = [np.abs(np.fft.fft2(light - light.mean())) / light.size for light, _ in (one, other)]
    pattern = np.sqrt(((spectra[0] - spectra[1]) ** 2).sum())
    return float(np.hypot(pattern, np.linalg.norm(one[1] - other[1]) / np.sqrt(3)))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", SIMULATED)
def test_ground_of_any_two_holders_is_told_apart(golan, kind, dark):
    shown = looks_in(golan)
    patterns = {party: swatch(shown[party], kind, dark=dark) for party in sorted(golan.ledger.parties())}
    for one, other in combinations(patterns, 2):
        assert apart(patterns[one], patterns[other]) > APART, (one, other)


@pytest.mark.parametrize("kind", SIMULATED)
def test_transfers_of_any_two_pairs_are_told_apart(golan, kind):
    shown = looks_in(golan)
    pairs = [
        ("france", "syria"),
        ("syria", "israel"),
        ("israel", "syria"),
        ("syria", "opposition"),
        ("opposition", "syria"),
    ]
    patterns = {
        pair: swatch((shown[pair[0]], shown[pair[1]], drawing.transfer_angle(shown, pair[0])), kind) for pair in pairs
    }
    for one, other in combinations(patterns, 2):
        assert apart(patterns[one], patterns[other]) > APART, (one, other)


def test_the_measure_finds_colours_that_look_alike():
    """Bare red and green of one lightness are apart to most eyes, and one to those who cannot tell them apart."""
    red, green = Look("#B04A3A", "plain"), Look("#7B6B1E", "plain")
    assert apart(swatch(red, "all colours"), swatch(green, "all colours")) > APART
    assert apart(swatch(red, "deuteranopia"), swatch(green, "deuteranopia")) < APART
    marked = green._replace(mark="grid")
    assert apart(swatch(red, "deuteranopia"), swatch(marked, "deuteranopia")) > APART


def test_lines_of_parties_have_dashes_of_their_own(golan):
    shown = looks_in(golan)
    parties = sorted(golan.ledger.parties())
    for one, other in combinations(parties, 2):
        same = drawing.DASHES[shown[one].mark] == drawing.DASHES[shown[other].mark]
        light = [sum(mpl.colors.to_rgb(shown[party].colour)) / 3 for party in (one, other)]
        assert not same or abs(light[0] - light[1]) > 0.1, (one, other)
    assert [*drawing.DASHES] == [*drawing.HATCHES]
    assert len(set(map(str, drawing.DASHES.values()))) == len(drawing.DASHES)


@pytest.mark.parametrize("colour", ["#000000", "#333333", "#6A3D9A", "#B22222", "#0072B2", "#F0E442"])
def test_lines_stand_out_from_dark_paper(colour):
    with mpl.rc_context(sheets.sheet(dark=True).settings()):
        shown = sheets.seen(colour)
        light, ground = (
            sum(c * w for c, w in zip(_linear(one), (0.2126, 0.7152, 0.0722), strict=True))
            for one in (shown, sheets.paper())
        )
    assert (light + 0.05) / (ground + 0.05) >= 3
    with mpl.rc_context(sheets.sheet().settings()):
        assert sheets.seen(colour).upper() == colour


def _linear(colour):
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in mpl.colors.to_rgb(colour)]
