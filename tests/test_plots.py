"""Figures: deterministic, and showing what they say."""

from __future__ import annotations

import pytest
from common import SCREENSHOTS

from geo import plots

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


def test_a_picture_to_look_at(figure):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    plots.save(figure, SCREENSHOTS / "change.png")
    assert (SCREENSHOTS / "change.png").read_bytes().startswith(b"\x89PNG")
