"""Figures: deterministic, showing what they say, in three languages.

Pictures in ``tests/views/baseline`` are what the figures look like. After a change that is meant, look at the new ones
and renew them: ``RENEW_BASELINE=1 pytest tests/views/test_plots.py -k baseline``.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path

import matplotlib as mpl
import pytest
from common import SCREENSHOTS
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text

import geo
from geo import ClaimsError
from geo.answers import record
from geo.cli.main import main
from geo.views import plots
from geo.views.words import Words, interface, translated

HEADLINE = ("2024-12-07", "2026-01-06")
BASELINE = Path(__file__).parent / "baseline"
PICTURES = [*((kind, "en") for kind in record.PLOTS), ("change", "ar"), ("change", "he")]
TOLERANCE = 1  # root mean square of pixel values; a name left out makes 1.4, a legend 12
KINDS = pytest.mark.parametrize("kind", record.PLOTS)
LANGUAGES = translated()
# words of the map that figures share
SHARED = ("title_change", "note_control", "min", "max")


@pytest.fixture(scope="module")
def plot(golan):
    """Return figures that are only looked at, each drawn once."""
    return cache(lambda kind, language="en": golan.plot(kind=kind, language=language))


@pytest.fixture
def figure(plot):
    return plot("change")


@pytest.fixture
def picture(golan, monkeypatch, tmp_path):
    """Return a function that draws a figure small, on a fixed day and whatever the user's style is."""
    monkeypatch.setattr(golan.ledger, "today", lambda: "2026-11-24")

    def draw(kind, language, spoil=None):
        figure = golan.plot(kind=kind, language=language)
        if spoil:
            spoil(figure)
        path = tmp_path / f"{kind}_{language}.png"
        figure.savefig(path, dpi=60, metadata={"Software": None})
        return path

    with mpl.rc_context():
        mpl.rcdefaults()
        yield draw


def words(figure):
    texts = [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]
    return "\n".join(texts)


def plain(figure):
    """Return the texts without the marks that keep the order of values."""
    return re.sub("[\u2066-\u2069]", "", words(figure))


def test_what_the_figure_says(figure, golan):
    (transfer,) = golan.ledger.change(*HEADLINE)
    text = words(figure)
    assert f"{transfer.quantity.area:,.1f} km²" in text
    assert f"± {transfer.quantity.margin:,.1f}" in text
    assert f"{transfer.quantity.low:,.1f} to {transfer.quantity.high:,.1f}" in text
    for expected in (
        *HEADLINE,
        "10 km",
        "Quneitra",
        "OpenStreetMap contributors",
        "GeoNames",
        "ODbL",
        "held by Israel",
    ):
        assert expected in text


def test_the_same_bytes_each_time(golan, tmp_path):
    suffixes = (".png", ".svg", ".pdf")
    for name in "ab":
        figure = golan.plot(*HEADLINE)
        for suffix in suffixes:
            plots.save(figure, tmp_path / f"{name}{suffix}")
    for suffix in suffixes:
        first, second = ((tmp_path / f"{name}{suffix}").read_bytes() for name in "ab")
        assert first == second
        assert len(first) > 20_000


@pytest.mark.parametrize(("kind", "language"), PICTURES)
def test_as_in_the_baseline(picture, kind, language):
    drawn, expected = picture(kind, language), BASELINE / f"{kind}_{language}.png"
    if os.environ.get("RENEW_BASELINE"):
        BASELINE.mkdir(exist_ok=True)
        drawn.rename(expected)
        return
    assert compare_images(str(expected), str(drawn), tol=TOLERANCE) is None


def without_legend(figure):
    figure.legends[-1].remove()


def without_locator(figure):
    figure.axes[-1].remove()


def without_a_name(figure):
    next(text for text in figure.axes[2].texts if text.get_text() == "Quneitra").remove()


def in_other_colours(figure):
    figure.axes[0].collections[0].set_facecolor("#D55E00")


@pytest.mark.parametrize("spoil", [without_legend, without_locator, without_a_name, in_other_colours])
def test_the_baseline_shows_what_is_missing(picture, spoil):
    drawn = picture("change", "en", spoil)
    assert "Error: Image files did not match" in compare_images(str(BASELINE / "change_en.png"), str(drawn), TOLERANCE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["change", "zone"])
def test_labels_do_not_hide_each_other(plot, kind, language):
    figure = plot(kind, language)
    figure.draw_without_rendering()
    for axes in figure.axes:
        boxes = [text.get_window_extent() for text in axes.texts if text.get_gid() == "place"]
        for index, box in enumerate(boxes):
            assert axes.bbox.x0 <= box.x0 < box.x1 <= axes.bbox.x1
            assert axes.bbox.y0 <= box.y0 < box.y1 <= axes.bbox.y1
            assert not any(box.overlaps(other) for other in boxes[:index])
        # none on the scale bar, the arrow to the north or the name of the sea
        others = [text.get_window_extent() for text in axes.texts if text.get_gid() != "place"]
        assert not any(box.overlaps(other) for box in boxes for other in others)


@KINDS
def test_a_picture_to_look_at(golan, kind, tmp_path):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{kind}.png"
    plots.save(golan.plot(kind=kind), path)
    plots.save(golan.plot(kind=kind), tmp_path / "again.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.read_bytes() == (tmp_path / "again.png").read_bytes()


@pytest.mark.parametrize("language", LANGUAGES)
@KINDS
def test_nothing_is_cut_off(plot, golan, kind, language):
    figure = plot(kind, language)
    figure.draw_without_rendering()
    whole = figure.bbox
    texts = [text for axes in figure.axes for text in (*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label)]
    for artist in (*figure.legends, *figure.texts, *texts):
        box = artist.get_window_extent()
        if not isinstance(artist, Text) or artist.get_text():
            assert whole.x0 <= box.x0 < box.x1 <= whole.x1
            assert whole.y0 <= box.y0 < box.y1 <= whole.y1
    assert golan.profile.attribution[:40] in words(figure)


@pytest.mark.parametrize("language", LANGUAGES)
@KINDS
def test_legends_footer_and_small_maps_keep_apart(plot, kind, language):
    figure = plot(kind, language)
    figure.draw_without_rendering()
    # with ticks and titles; a grid of panels shares none with what stands below
    boxes = [artist.get_window_extent() for artist in (*figure.legends, *figure.texts)]
    boxes += [axes.get_tightbbox() for axes in figure.axes if not axes.get_subplotspec()]
    for index, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:index])


def test_where_the_ground_lies(plot, golan, layers):
    for kind in ("change", "zone"):
        locator = plot(kind).axes[-1]
        assert locator.get_title(loc="left") == "Where it lies"
        names = {text.get_text() for text in locator.texts}
        assert names == {"Beirut", "Damascus", "Haifa", "Tel Aviv", "Amman", "Mediterranean\nSea"}
        (west, east), (south, north) = locator.get_xlim(), locator.get_ylim()
        assert west < golan.bounds[0] < golan.bounds[2] < east
        assert south < golan.bounds[1] < golan.bounds[3] < north
        assert "coast inferred" in words(plot(kind))
    (layers / "curated" / "context.csv").unlink()
    bare = geo.load(layers)
    for kind in ("change", "zone"):
        assert len(bare.plot(kind=kind).axes) == len(plot(kind).axes) - 1
        assert "coast" not in words(bare.plot(kind=kind))


def test_the_sea_lies_west_of_the_coast(golan):
    towns = [spot for spot in golan.context if spot.kind.startswith("coast")]
    assert [town.lat for town in towns] == sorted((town.lat for town in towns), reverse=True)
    (sea,) = (spot for spot in golan.context if spot.kind == "sea")
    assert all(sea.lon < town.lon for town in towns if town.lat > sea.lat)


def test_a_surrounding_of_few_places_is_drawn(layers):
    path = layers / "curated" / "context.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for kept in (("damascus",), ("beirut", "mediterranean"), ("tripoli",)):
        path.write_text(header + "".join(row for row in rows if row.split(",")[0] in kept), encoding="utf-8")
        assert geo.load(layers).plot(kind="zone").axes[-1].get_title(loc="left") == "Where it lies"


def test_the_timeline_steps_to_what_is_held_today(golan, plot):
    figure = plot("timeline")
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


def test_posts_without_a_published_position_stand_in_no_zone(plot):
    assert "Israeli post" not in words(plot("zone"))


def test_ticks_differ_however_small_the_zone(golan):
    figure = golan.plot(kind="zone", zone="ghajar")
    figure.draw_without_rendering()
    ticks = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert len(set(ticks)) == len(ticks) > 1


def test_the_profile_is_as_wide_as_the_zone(golan, plot):
    (axes,) = plot("profile").axes
    along, across = axes.lines[0].get_data()
    area = ((across[1:] + across[:-1]) / 2 * (along[1:] - along[:-1])).sum()
    assert area == pytest.approx(golan.ledger.zone_area("buffer_zone_1974").area, rel=0.01)


def test_names_in_the_profile_stand_clear_of_the_curve(plot):
    figure = plot("profile")
    figure.draw_without_rendering()
    (axes,) = figure.axes
    assert len(axes.texts) == 4
    assert all(text.get_window_extent().y0 >= axes.bbox.y1 for text in axes.texts)


@pytest.mark.parametrize(
    ("language", "kind", "expected"),
    [
        ("ar", "change", ("من سوريا إلى إسرائيل: 274.0 كم²", "السيطرة بتاريخ 2024-12-07", "تحت سيطرة إسرائيل", "دمشق")),
        ("ar", "timeline", ("الأرض تحت سيطرة كل طرف", "المعارضة السورية", "من 1923 إلى اليوم")),
        ("ar", "figures", ("الأرقام المنشورة", "منشور: غير ممكن", "claims figures --json")),
        ("ar", "zone", ("منطقة الفصل (المنطقة العازلة)", "232.2 كم²", "± 95 م، خريطة", "القنيطرة", "33.2° شمالاً")),
        ("ar", "profile", ("عرض منطقة الفصل", "القنيطرة", "33.42° شمالاً")),
        ("he", "change", ("מסוריה לישראל: 274.0 קמ״ר", "השליטה ב־2024-12-07", "מוחזק בידי ישראל", "דמשק")),
        ("he", "timeline", ("השטח שבידי כל צד", "האופוזיציה הסורית", "1923 עד היום")),
        ("he", "figures", ("נתונים שפורסמו", "פורסם: לא ייתכן", "claims figures --json")),
        ("he", "zone", ("אזור ההפרדה (אזור החיץ)", "232.2 קמ״ר", "± 95 מ׳, מפה", "קוניטרה", "33.2° צפון")),
        ("he", "profile", ("הרוחב: אזור ההפרדה", "33.42° צפון")),
    ],
)
def test_each_kind_speaks_each_language(plot, language, kind, expected):
    figure = plot(kind, language)
    figure.draw_without_rendering()  # writes the ticks
    text = plain(figure)
    for part in expected:
        assert part in text


@pytest.mark.parametrize("language", ["ar", "he"])
@KINDS
def test_no_fixed_text_stays_english(plot, golan, kind, language):
    figure = plot(kind, language)
    figure.draw_without_rendering()
    text = plain(figure)
    for data in (*(event.title for event in golan.curated_events.values()), *(one.quantity for one in golan.published)):
        text = text.replace(data, "")  # stays as it is
    english_words = [*interface("en").items()]
    own = [text for key, text in english_words[[key for key, _ in english_words].index("held_on") :]]
    shared = [text for key, text in english_words if key in SHARED or key.startswith("line_")]
    kinds = [kind.names["en"] for kind in golan.profile.line_kinds.values() if kind.names]
    for english in (*own, *shared, *kinds):
        for part in re.split(r"\{\w+\}", english):
            if len(re.sub(r"\W", "", part)) > 3:
                assert part.strip() not in text
    assert not re.search(r"\d° [NE]\b", text)


def test_dates_and_numbers_keep_their_order_from_right_to_left(plot):
    text = words(plot("change", "ar"))
    for value in (*HEADLINE, "± 21.4", "274.0", "235.6"):
        assert f"\u2066{value}\u2069" in text
    assert "\u2066" not in words(plot("change"))


def test_figures_from_right_to_left_are_mirrored(plot):
    for language, first in (("en", "2024-12-07"), ("ar", "2026-01-06")):
        figure = plot("change", language)
        left, middle, _ = sorted(figure.axes[:3], key=lambda axes: axes.get_position().x0)
        heading = left if language == "en" else middle
        assert first in "".join(heading.get_title(loc=side) for side in ("left", "right"))
    assert plot("change").axes[-1].get_position().x0 > 0.5 > plot("change", "ar").axes[-1].get_position().x1


def test_every_language_has_every_text():
    values = re.compile(r"\{\w+\}")
    assert {"ar", "en", "he"} <= set(LANGUAGES)
    for language in LANGUAGES:
        texts = interface(language)
        assert [*texts] == [*interface("en")], "the same words in the same order"
        for key, english in interface("en").items():
            assert texts[key].strip(), key
            assert sorted(values.findall(texts[key])) == sorted(values.findall(english)), key


def test_a_party_that_no_language_knows_keeps_its_id():
    assert Words("ar").party("somebody_else") == "somebody else"
    assert Words("he").name({"en": "Kudna"}) == "Kudna"


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ([], {"kind": "timelin"}, "unknown kind of plot 'timelin'; did you mean 'timeline'"),
        (["2024-12-07"], {}, "plot takes 2 dates, not 1"),
        (HEADLINE, {"kind": "timeline"}, "dates go with --kind change, not with timeline"),
        (HEADLINE[:1], {"kind": "zone"}, "dates go with --kind change, not with zone"),
        ([], {"zone": "ghajar"}, "a zone goes with --kind zone or profile, not with change"),
        ([], {"kind": "figures", "zone": "ghajar"}, "a zone goes with --kind zone or profile, not with figures"),
        *(([], {"kind": kind, "language": "fr"}, "unknown language 'fr'") for kind in record.PLOTS),
    ],
)
def test_misuse_is_refused_in_python_as_on_the_command_line(golan, capsys, tmp_path, arguments, options, message):
    with pytest.raises(ClaimsError, match=re.escape(message)):
        golan.plot(*arguments, **options)
    if options.get("kind") in (None, *record.PLOTS):  # the parser knows the kinds
        given = [word for name, value in options.items() for word in (f"--{name}", value)]
        assert main(["plot", *arguments, *given, "-o", str(tmp_path / "plot.png")]) == 2
        assert message in capsys.readouterr().err
        assert not list(tmp_path.iterdir())


def test_layers_without_key_dates_show_their_last_change(layers):
    path = layers / "datapackage.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"keyDates": []}), encoding="utf-8")
    record = geo.load(layers)
    before, after = record.ledger.changes()[-2:]
    text = words(record.plot())
    assert before in text
    assert after in text


def test_a_dollar_in_a_name_begins_no_formula(layers, tmp_path):
    table = layers / "curated" / "zones.csv"
    table.write_text(table.read_text().replace("UN buffer zone", r"We$\frac{$st of $5 to $6"))
    record = geo.load(layers)
    figure = record.plot(kind="zone")
    assert not any(text.get_parse_math() for text in figure.findobj(Text) if text.get_text())
    plots.save(figure, tmp_path / "zone.png")
    assert (tmp_path / "zone.png").stat().st_size > 10_000
