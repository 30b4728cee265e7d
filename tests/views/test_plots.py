"""Figures: deterministic, showing what they say, in three languages.

Pictures in ``tests/views/baseline`` are what the figures look like. After a change that is meant, look at the new ones
and renew them: ``RENEW_BASELINE=1 pytest tests/views/test_plots.py -k baseline``.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache, partial
from pathlib import Path

import matplotlib as mpl
import pytest
from common import SCREENSHOTS
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.testing.compare import compare_images
from matplotlib.text import Text

import geo
from geo import ClaimsError
from geo.answers import record
from geo.checks import published
from geo.cli.main import main
from geo.views import drawing, palette, plots, sheets
from geo.views.palette import looks_in
from geo.views.words import Words, interface, translated

HEADLINE = ("2024-12-07", "2026-01-06")
BASELINE = Path(__file__).parent / "baseline"
# what is drawn: dates and options, by name
DRAWN = {kind: ((), {"kind": kind}) for kind in record.PLOTS if kind != "zone"} | {
    "zone": ((), {"kind": "zone", "zone": "buffer_zone_1974"}),
    "zones": ((), {"kind": "zone"}),
}
OTHERS = {
    "scenario": (("2026-01-06", "withdraw_2024_12_08"), {}),
    "nothing": (("2025-12-07", "2026-01-06"), {}),
    "several": (("1946-01-01", "1967-06-10"), {}),
    "change_dark": (HEADLINE, {"dark": True}),
    "change_slide": (HEADLINE, {"style": "slide"}),
    "timeline_slide": ((), {"kind": "timeline", "style": "slide"}),
    **{f"{name}_8cm": (dates, options | {"width_cm": 8, "style": "print"}) for name, (dates, options) in DRAWN.items()},
    "scenario_8cm": (("2026-01-06", "withdraw_2024_12_08"), {"width_cm": 8}),
    "change_17cm": (HEADLINE, {"style": "print"}),
    "timeline_17cm": ((), {"kind": "timeline", "style": "print"}),
}
PICTURES = [
    *((kind, "en") for kind in (*DRAWN, *OTHERS)),
    *((kind, language) for kind in ("change", "timeline") for language in ("ar", "he")),
    ("change_8cm", "ar"),
]
TOLERANCE = 1  # root mean square of pixel values; a name left out makes 1.4, a legend 12
KINDS = pytest.mark.parametrize("kind", DRAWN)
NARROW = pytest.mark.parametrize("kind", [name for name in OTHERS if name.endswith("cm")])
LANGUAGES = translated()
SHEETS = pytest.mark.parametrize(
    ("kind", "language"),
    [
        *((kind, language) for kind in DRAWN for language in LANGUAGES),
        *((kind, "ar" if kind.endswith("_8cm") else "en") for kind in OTHERS),
    ],
)
# words of the map that figures share
SHARED = ("title_change", "note_control", "min", "max")


def drawn(record, kind, language="en"):
    dates, options = (DRAWN | OTHERS)[kind]
    return record.plot(*dates, language=language, **options)


@pytest.fixture(scope="module")
def plot(golan):
    """Return figures that are only looked at, each drawn once."""
    return cache(partial(drawn, golan))


@pytest.fixture
def figure(plot):
    return plot("change")


@pytest.fixture
def picture(golan, monkeypatch, tmp_path):
    """Return a function that draws a figure small, on a fixed day and whatever the user's style is."""
    monkeypatch.setattr(golan.ledger, "today", lambda: "2026-11-24")

    def draw(kind, language, spoil=None):
        figure = drawn(golan, kind, language)
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
    plots.save(drawn(golan, kind), path)
    plots.save(drawn(golan, kind), tmp_path / "again.png")
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.read_bytes() == (tmp_path / "again.png").read_bytes()


@SHEETS
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
    for axes in figure.axes:
        box = axes.get_tightbbox()  # with ticks
        assert whole.x0 <= box.x0 < box.x1 <= whole.x1 + 2, axes.get_label()
        ticks = [tick.label1.get_window_extent() for tick in axes.xaxis.get_major_ticks() if tick.label1.get_text()]
        inside = [box for box in ticks if axes.bbox.x0 < (box.x0 + box.x1) / 2 < axes.bbox.x1]
        assert not any(box.overlaps(other) for index, box in enumerate(inside) for other in inside[:index])
    assert golan.profile.attribution[:40] in words(figure).replace("\n", " ")


@SHEETS
def test_legends_footer_and_small_maps_keep_apart(plot, kind, language):
    figure = plot(kind, language)
    figure.draw_without_rendering()
    # with ticks and titles
    boxes = [artist.get_window_extent() for artist in (*figure.legends, *figure.texts)]
    boxes += [axes.get_tightbbox() for axes in figure.axes]
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
        assert len(drawn(bare, kind).axes) == len(plot(kind).axes) - 1
        assert "coast" not in words(drawn(bare, kind))


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
        assert drawn(geo.load(layers), "zone").axes[-1].get_title(loc="left") == "Where it lies"


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
    text = " ".join(plain(figure).split())  # titles wrap
    data = {event.title for event in golan.curated_events.values()} | {one.quantity for one in golan.published}
    for title in sorted(data, key=len, reverse=True):
        text = text.replace(title, "")  # stays as it is
    english_words = [*interface("en").items()]
    own = [
        text for key, text in english_words[[key for key, _ in english_words].index("held_on") :] if key[:5] != "site_"
    ]
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
    figure = record.plot(kind="zone", zone="buffer_zone_1974")
    assert not any(text.get_parse_math() for text in figure.findobj(Text) if text.get_text())
    plots.save(figure, tmp_path / "zone.png")
    assert (tmp_path / "zone.png").stat().st_size > 10_000


def sizes(figure):
    figure.draw_without_rendering()
    return {text.get_fontsize() for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()}


@pytest.mark.parametrize("kind", [*DRAWN, *OTHERS])
def test_no_type_is_under_six_points(plot, kind):
    assert min(sizes(plot(kind))) >= sheets.LEAST_POINTS == 6


@NARROW
def test_a_figure_is_as_wide_as_it_is_printed(plot, kind):
    asked = 8 if kind.endswith("_8cm") else 17
    assert plot(kind).get_figwidth() * 2.54 == pytest.approx(asked)


def test_panels_stack_when_narrow(plot):
    def rows(kind):
        figure = plot(kind)
        figure.draw_without_rendering()
        return len({round(axes.get_position().y1, 3) for axes in figure.axes[:3]})

    assert (rows("change"), rows("change_17cm"), rows("change_8cm")) == (1, 1, 2)
    assert len({round(axes.get_position().y1, 3) for axes in plot("timeline_8cm").axes}) == 2


def test_a_slide_is_16_to_9_and_its_type_is_larger(plot):
    for kind in ("change_slide", "timeline_slide"):
        wide, high = plot(kind).get_size_inches()
        assert wide / high == pytest.approx(16 / 9, rel=0.02)
        assert min(sizes(plot(kind))) > 8


@pytest.mark.parametrize(("width", "style"), [(2, "print"), (float("nan"), "print"), (500, "screen"), (8, "poster")])
def test_a_sheet_that_cannot_be_is_refused(golan, capsys, tmp_path, width, style):
    with pytest.raises(ClaimsError, match=r"6 to 120 cm wide, not|unknown style 'poster'"):
        golan.plot(width_cm=width, style=style)
    target = tmp_path / "plot.png"
    if style != "poster":  # the parser knows the styles
        assert main(["plot", "--width-cm", str(width), "--style", style, "-o", str(target)]) == 2
        assert capsys.readouterr().err.count("\n") == 1
        assert not target.exists()


def test_the_titles_of_a_scenario_do_not_run_into_the_next_panel(plot):
    for kind in ("scenario", "scenario_8cm"):
        figure = plot(kind)
        figure.draw_without_rendering()
        titles = [
            text
            for axes in figure.axes[:3]
            for text in axes.findobj(Text)
            if text.get_text() == axes.get_title(loc="left") != ""
        ]
        boxes = [text.get_window_extent() for text in titles]
        assert len(boxes) == 3
        assert not any(box.overlaps(other) for index, box in enumerate(boxes) for other in boxes[:index])


def test_where_nothing_changed_the_figure_says_so(plot):
    assert "Nothing changed hands" in [text.get_text() for text in plot("nothing").axes[2].texts]
    assert "hatched" not in words(plot("nothing"))
    assert "Nothing changed hands" not in words(plot("change"))


@pytest.mark.parametrize("kind", ["timeline", "timeline_8cm", "timeline_slide"])
def test_numbers_of_events_stand_in_one_row_and_none_is_lost(plot, kind):
    figure = plot(kind)
    figure.draw_without_rendering()
    for axes in figure.axes:
        labels = [text for text in axes.texts if text.get_gid() == "event"]
        boxes = [text.get_window_extent() for text in labels]
        assert len({round(box.y0) for box in boxes}) == 1
        assert not any(box.overlaps(other) for index, box in enumerate(boxes) for other in boxes[:index])
        assert all(box.y0 >= axes.bbox.y1 - 1 for box in boxes)
        ranges = [[int(end) for end in text.get_text().split("\u2013")] for text in labels]
        numbers = [number for one in ranges for number in range(one[0], one[-1] + 1)]
        assert numbers == [*range(numbers[0], numbers[-1] + 1)]
    listed = "\n".join(text.get_text() for text in figure.texts if text.get_gid() == "events")
    found = [int(number) for number in re.findall(r"^(\d+)  \d{4}", listed, re.MULTILINE)]
    assert found == [*range(1, numbers[-1] + 1)]


def test_bars_stay_in_the_axis_and_say_that_they_go_on(plot):
    (axes,) = plot("figures").axes
    left, right = axes.get_xlim()
    bars = [bar for bar in axes.patches if isinstance(bar, Rectangle)]
    assert all(left <= bar.get_x() and bar.get_x() + bar.get_width() <= right * 1.000001 for bar in bars)
    cut = [bar for bar in bars if bar.get_x() == left]
    assert len(cut) == len([line for line in axes.lines if line.get_gid() == "goes on"]) > 0


def test_published_figures_are_as_wide_as_they_are_rounded(plot, golan):
    (axes,) = plot("figures").axes
    widths = [line.get_xdata() for line in axes.lines if line.get_gid() == "rounding"]
    (one,) = [one for one in published.check_all(golan) if one.figure.id == "buffer_400km2"] or [None]
    if one is None:
        one = next(one for one in published.check_all(golan) if one.figure.value == 400)
    drawn_ends = [100 * end / one.computed for end in one.rounded]
    assert any(ends == pytest.approx(drawn_ends) for ends in widths)


def test_ground_that_passed_is_tinted_as_on_the_map(golan):
    figure = golan.plot("1946-01-01", "1967-06-10")
    shown = looks_in(golan)
    transfers = golan.ledger.change("1946-01-01", "1967-06-10")
    assert len(transfers) > 1
    parts = [patch for patch in figure.axes[2].artists + figure.axes[2].patches if isinstance(patch, PathPatch)]
    colours = [mpl.colors.to_hex(patch.get_facecolor()) for patch in parts]
    for transfer in transfers:
        ground = [0.6 * part + 0.4 for part in mpl.colors.to_rgb(shown[transfer.target].colour)]
        assert mpl.colors.to_hex(ground) in colours
        assert shown[transfer.source].colour.lower() in colours
    angles = {transfer.source: drawing.transfer_angle(shown, transfer.source) for transfer in transfers}
    assert angles == {name: palette.TRANSFER["angles"][[*shown].index(name) % 6] for name in angles}
