"""The map in another browser: Firefox, with real mouse, touch and key events."""

from __future__ import annotations

import re
import time

import pypdfium2
import pytest
from firefox import HEIGHT, WIDTH, firefox

from geo.views import maps

TEXT = "document.querySelector({!r}).innerText"
CARD = ".claims-popup h2"


@pytest.fixture(scope="module")
def page(golan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("firefox")
    maps.save(golan.map("2024-12-07", "2026-01-06"), folder / "map.html")
    (folder / "profile").mkdir()
    with firefox(folder / "profile") as page:
        page.address = (folder / "map.html").as_uri()
        yield page
        assert page.said == []


def middle(box):
    left, top, width, height = box
    return left + width / 2, top + height / 2


@pytest.mark.parametrize("pointer", ["mouse", "touch"])
def test_the_slider_drags(page, pointer):
    page.open("about:blank")
    page.open(f"{page.address}#mode=date&date=2026-01-06")
    left, top, width, height = page.box("input[name=date]")
    page.drag([(left + share * width, top + height / 2) for share in (0.97, 0.8, 0.6, 0.4, 0.2, 0)], pointer=pointer)
    assert page.read("document.querySelector('input[name=date]').ariaValueText") == "1923-03-10"
    assert "1923-03-10" in page.read(TEXT.format(".claims-legend"))


def test_a_click_on_a_dot_opens_its_card_and_escape_closes_it(page):
    page.open("about:blank")
    page.open(f"{page.address}#mode=date&date=2026-01-06")
    page.click(*middle(page.box("path.claims-dot[aria-label^='Katzrin']")))
    assert "sources" in page.read(TEXT.format(".claims-popup")).lower()
    page.press("\ue00c")
    time.sleep(0.5)  # a card fades
    assert page.read("document.querySelectorAll('.claims-popup').length") == "0"


def test_measure(page):
    page.open("about:blank")
    page.open(f"{page.address}#mode=date&date=2026-01-06")
    page.click(*middle(page.box("button[name=measure]")))
    for spot in ((480, 180), (700, 300)):
        page.click(*spot)
    assert re.fullmatch(r"\d+\.\d\d km", page.read(TEXT.format(".claims-measured")))
    assert page.read("document.querySelectorAll('.claims-popup').length") == "0"


@pytest.mark.parametrize("landscape", [False, True])
def test_print_cuts_nothing(page, landscape):
    page.open("about:blank")
    page.open(page.address)
    pdf = pypdfium2.PdfDocument(page.print(landscape=landscape))
    assert len(pdf) == 1
    picture = pdf[0].render().to_numpy()
    height, width, _ = picture.shape
    assert (width > height) == landscape
    assert (picture[:20] == 255).all()
    assert (picture[-20:] == 255).all()
    assert (picture[:, -20:] == 255).all()
    text = pdf[0].get_textpage().get_text_bounded()
    assert "What changed hands" in text
    assert "edge of the covered ground" in text  # names on the map are outlines on paper
    assert WIDTH > HEIGHT  # the screen lies, whatever the paper does
