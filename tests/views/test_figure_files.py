"""Figures as files: what journals and readers of screens ask for, and moving timelines."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

import geo
from geo import ClaimsError
from geo.cli.main import main
from geo.views import animation, plots

HEADLINE = ("2024-12-07", "2026-01-06")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def figures(golan):
    return {language: golan.plot(*HEADLINE, language=language) for language in ("en", "ar")}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_fonts_in_a_pdf_are_truetype_and_embedded(figures, tmp_path, language):
    path = tmp_path / "change.pdf"
    plots.save(figures[language], path)
    assert b"/Type3" not in path.read_bytes()
    if not shutil.which("pdffonts"):
        pytest.skip("pdffonts is not installed")
    listed = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(listed) > 2
    for row in listed[2:]:
        assert "TrueType" in row
        assert row.split()[-5:-3] == ["yes", "yes"], "embedded, as a subset"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_svg_has_text_title_and_description(figures, tmp_path, language):
    path = tmp_path / "change.svg"
    plots.save(figures[language], path)
    root = ET.parse(path).getroot()  # noqa: S314  # our own
    assert root.get("role") == "img"
    title, about = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert [*root].index(title) == 0
    assert HEADLINE[0] in title.text
    assert "274.0" in about.text
    texts = " ".join("".join(text.itertext()) for text in root.iter(f"{SVG}text"))
    assert ("Quneitra" if language == "en" else "القنيطرة") in texts


def test_a_png_has_its_alternative_text(figures, tmp_path):
    for language, expected in (("en", "Syria to Israel: 274.0 km²"), ("ar", "من سوريا إلى إسرائيل: 274.0 كم²")):
        path = tmp_path / f"{language}.png"
        plots.save(figures[language], path)
        with Image.open(path) as picture:
            told = picture.text
        assert expected in told["Description"]
        assert "\u2066" not in told["Description"]
        assert HEADLINE[1] in told["Title"]


def test_text_of_an_svg_is_escaped(layers, tmp_path):
    table = layers / "curated" / "zones.csv"
    table.write_text(
        table.read_text().replace("UN buffer zone", "<b>&amp;</b>").replace("Area of separation", "<i>A & B</i>")
    )
    path = tmp_path / "zone.svg"
    plots.save(geo.load(layers).plot(kind="zone", zone="buffer_zone_1974"), path)
    root = ET.parse(path).getroot()  # noqa: S314  # our own
    assert "<i>A & B</i>" in root.find(f"{SVG}desc").text


def test_resolution_goes_with_the_style(golan, tmp_path):
    path = tmp_path / "profile.png"
    plots.save(golan.plot(kind="profile", style="print", width_cm=8), path)
    with Image.open(path) as picture:
        assert picture.width == pytest.approx(8 / 2.54 * 300, abs=2)


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_a_moving_timeline_has_a_frame_for_each_change(golan, tmp_path, suffix):
    path = tmp_path / f"timeline.{suffix}"
    golan.animate(path, width_cm=8)
    frames = []
    with Image.open(path) as picture:
        assert picture.n_frames == len(golan.ledger.changes()) + 1
        assert picture.width == pytest.approx(8 / 2.54 * 120, abs=2)
        for index in (0, picture.n_frames - 1):
            picture.seek(index)
            frames.append(picture.convert("RGB").tobytes())
    assert frames[0] != frames[1]


def test_without_ffmpeg_an_mp4_is_refused(golan, monkeypatch, tmp_path, capsys):
    from matplotlib.animation import FFMpegWriter

    monkeypatch.setattr(FFMpegWriter, "isAvailable", classmethod(lambda _: False))
    path = tmp_path / "timeline.mp4"
    with pytest.raises(ClaimsError, match=r"ffmpeg, which is not installed: install it, or write a \.webp"):
        golan.animate(path)
    assert main(["plot", "--kind", "timeline", "-o", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed")
def test_with_ffmpeg_an_mp4_is_written(golan, tmp_path):
    path = tmp_path / "timeline.mp4"
    golan.animate(path, width_cm=8)
    assert b"ftyp" in path.read_bytes()[:16]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "a.gif"], "only the timeline moves"),
        (["--kind", "timeline", "--zone", "ghajar", "-o", "a.webp"], "only the timeline moves"),
        (["--kind", "timeline", "--format", "svg", "-o", "a.webp"], "only the timeline moves"),
    ],
)
def test_other_figures_do_not_move(arguments, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["plot", *arguments]) == 2
    assert message in capsys.readouterr().err


@pytest.fixture
def series_file(tmp_path):
    import geopandas
    import shapely

    boxes = [shapely.box(35, 33, 35.5, 34), shapely.box(35.5, 33, 36, 34)]
    days = [("2024-01-01", "a", 0), ("2024-01-01", "b", 1), ("2024-02-01", "a", 0), ("2024-02-01", "a", 1)]
    frame = geopandas.GeoDataFrame(
        {"date": [day for day, _, _ in days], "controller": [party for _, party, _ in days]},
        geometry=[boxes[box] for _, _, box in days],
        crs=4326,
    )
    path = tmp_path / "series.geojson"
    frame.to_file(path)
    return path


@pytest.mark.parametrize("kind", ["change", "timeline"])
@pytest.mark.parametrize("options", [["--width-cm", "8"], ["--style", "slide", "--dark"], ["--style", "print"]])
def test_figures_of_a_series_have_the_same_options(series_file, tmp_path, kind, options):
    path = tmp_path / "out.svg"
    command = ["plot", "--series", str(series_file), "--date-column", "date", "--kind", kind, *options, "-o", str(path)]
    assert main(command) == 0
    svg = path.read_text()
    assert re.search(r"<desc>.*km²", svg)
    assert len(ET.fromstring(svg).findall(f".//{SVG}text")) > 8  # noqa: S314  # our own


def test_a_series_moves_too(series_file, tmp_path):
    path = tmp_path / "out.webp"
    command = ["plot", "--series", str(series_file), "--date-column", "date", "--kind", "timeline", "-o", str(path)]
    assert main(command) == 0
    with Image.open(path) as picture:
        assert picture.n_frames == 2
    with pytest.raises(ClaimsError, match="written as"):
        geo.series(series_file, date="date").animate(tmp_path / "out.avi")
    assert animation.FORMATS == (".gif", ".webp", ".mp4")
