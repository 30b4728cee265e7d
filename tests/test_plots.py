"""Figures: deterministic, and showing what they say."""

from __future__ import annotations

import pytest
from common import SCREENSHOTS

from geo import ClaimsError, plots, record

HEADLINE = ("2024-12-07", "2026-01-06")


@pytest.fixture(scope="module")
def figure(golan):
    return golan.plot(*HEADLINE)


def words(figure):
    texts = [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]
    return "\n".join(texts)


def test_what_the_figure_says(figure, golan):
    (transfer,) = golan.ledger.change(*HEADLINE)
    text = words(figure)
    assert f"{transfer.quantity.area:,.1f} km²" in text
    assert f"± {transfer.quantity.margin:,.1f}" in text
    assert f"{transfer.quantity.low:,.1f} to {transfer.quantity.high:,.1f}" in text
    for expected in (*HEADLINE, "10 km", "Quneitra", "OpenStreetMap contributors", "ODbL", "held by Israel"):
        assert expected in text


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_the_same_bytes_each_time(golan, tmp_path, suffix):
    first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    for path in (first, second):
        plots.save(golan.plot(*HEADLINE), path)
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size > 20_000


def test_labels_do_not_hide_each_other(figure):
    figure.draw_without_rendering()
    for axes in figure.axes:
        boxes = [text.get_window_extent() for text in axes.texts if text.get_gid() == "place"]
        assert boxes
        for index, box in enumerate(boxes):
            assert axes.bbox.x0 <= box.x0 < box.x1 <= axes.bbox.x1
            assert not any(box.overlaps(other) for other in boxes[:index])


@pytest.mark.parametrize("kind", record.PLOTS)
def test_a_picture_to_look_at(golan, kind, tmp_path):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{kind}.png"
    plots.save(golan.plot(kind=kind), path)
    plots.save(golan.plot(kind=kind), tmp_path / "again.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.read_bytes() == (tmp_path / "again.png").read_bytes()


@pytest.mark.parametrize("kind", record.PLOTS)
def test_nothing_is_cut_off(golan, kind):
    figure = golan.plot(kind=kind)
    figure.draw_without_rendering()
    whole = figure.bbox
    for legend in (*figure.legends, *(axes.get_legend() for axes in figure.axes if axes.get_legend())):
        box = legend.get_window_extent()
        assert whole.x0 <= box.x0 < box.x1 <= whole.x1
        assert whole.y0 <= box.y0 < box.y1 <= whole.y1
    assert golan.about.attribution[:40] in words(figure)


def test_the_timeline_steps_to_what_is_held_today(golan):
    figure = golan.plot(kind="timeline")
    held = golan.ledger.controller_areas(golan.ledger.today())
    last = {patch.get_data().values[-1] for patch in figure.axes[0].patches}
    for quantity in held.values():
        assert {quantity.area, max(quantity.high, quantity.ci95[1])} <= last
    assert "Israeli post on Tel Kudna" in words(figure)


def test_the_zone_says_its_area_and_the_accuracy_of_its_lines(golan):
    text = words(golan.plot(kind="zone", zone="shebaa_farms"))
    quantity = golan.ledger.zone_area("shebaa_farms")
    assert f"{quantity.area:,.1f} km²" in text
    assert f"{quantity.ci95[0]:,.1f} to {quantity.ci95[1]:,.1f}" in text
    assert "± 1,000 m, inferred" in text


def test_the_profile_is_as_wide_as_the_zone(golan):
    (axes,) = golan.plot(kind="profile").axes
    lats, widths = axes.lines[0].get_data()
    metres_per_degree = 110_900  # of latitude at 33° N, to a part in a thousand
    area = ((widths[1:] + widths[:-1]) / 2 * (lats[1:] - lats[:-1])).sum() * metres_per_degree / 1000
    assert area == pytest.approx(golan.ledger.zone_area("buffer_zone_1974").area, rel=0.01)


def test_an_unknown_kind(golan):
    with pytest.raises(ClaimsError, match="unknown kind of plot 'timelin'; did you mean 'timeline'"):
        golan.plot(kind="timelin")
