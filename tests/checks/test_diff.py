"""What differs between two versions of the layers, frozen answers, and the changelog that has to name their changes."""

from __future__ import annotations

import json

import pytest
from common import LAYERS, edit_features

import geo
from geo.checks import diff, releases
from geo.cli.main import main
from geo.layers.transfers import Quantity


def move(layers, line, east, lat=33.05):
    """Move the vertex of a line that is nearest to a parallel by some degrees."""

    def change(features):
        (course,) = [one["geometry"]["coordinates"] for one in features if one["id"] == line]
        vertex = min(course, key=lambda spot: abs(spot[1] - lat))
        vertex[0] = round(vertex[0] + east, 6)

    edit_features(layers / "curated" / "lines.geojson", change)


def test_a_version_beside_itself(golan, capsys):
    assert not any(diff.diff(golan, golan))
    assert main(["diff", str(LAYERS), str(LAYERS)]) == 0
    assert capsys.readouterr().out == "Nothing differs.\n"


def test_a_moved_vertex_moves_line_zones_and_answers(golan, layers):
    move(layers, "line_a", -0.004)
    found = diff.diff(golan, geo.load(layers))
    (moved,) = found.moved
    assert moved.id == "line_a"
    assert 340 < moved.most_m < 375  # 0.004° of longitude are 374 m; the line runs nearly north there
    assert 0 < moved.moved_km < 4
    assert {one.id for one in found.areas} >= {"golan_heights", "buffer_zone_1974"}
    golan_, zone = ({one.id: one for one in found.areas}[name] for name in ("golan_heights", "buffer_zone_1974"))
    assert golan_.after_km2 - golan_.before_km2 == pytest.approx(zone.before_km2 - zone.after_km2, abs=1e-6)
    assert golan_.difference_km2 == pytest.approx(abs(golan_.after_km2 - golan_.before_km2), abs=1e-6)
    assert {"golan_heights", "change_2024-12-07_2026-01-06 syria to israel"} <= {one.name for one in found.answers}
    assert found.rows == []


def test_a_vertex_on_a_straight_edge_moves_nothing(golan, layers):
    def halve(features):
        (course,) = [one["geometry"]["coordinates"] for one in features if one["id"] == "covered_edge"]
        course.insert(1, [(course[0][0] + course[1][0]) / 2, (course[0][1] + course[1][1]) / 2])

    edit_features(layers / "curated" / "lines.geojson", halve)
    found = diff.diff(golan, geo.load(layers))
    assert all(one.most_m < 0.2 for one in found.moved)
    assert found.answers == []


def test_rows_are_matched_by_id_or_as_a_whole(golan, layers):
    events, spread = layers / "curated" / "events.csv", layers / "curated" / "spread.csv"
    lines = events.read_text().splitlines(keepends=True)
    gone = lines.pop(3).split(",")[0]
    events.write_text("".join(lines))
    spread.write_text(spread.read_text().replace("line_a,32.75,35.761,35.762,94", "line_a,32.75,35.761,35.763,187"))
    found = {one.file: one for one in diff._rows(golan.path, layers)}  # noqa: SLF001  # of folders alone
    assert found["events.csv"].removed == [gone]
    assert len(found["spread.csv"].added) == len(found["spread.csv"].removed) == 1


def test_text_and_json(layers, capsys):
    move(layers, "line_b", 0.003)
    assert main(["diff", str(LAYERS), str(layers)]) == 0
    text = capsys.readouterr().out
    assert "line_b" in text
    assert "`buffer_zone_1974`" in text
    assert main(["diff", str(LAYERS), str(layers), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in found["moved"]] == ["line_b"]
    assert "buffer_zone_1974" in found["not_in_changelog"]


def test_the_changelog_has_to_name_each_answer_with_its_value(layers, capsys):
    move(layers, "line_a", -0.004)
    latest = releases.versions(layers)[-1]
    assert main(["diff", latest, "--layers", str(layers), "--check"]) == 1
    capsys.readouterr()
    assert main(["diff", latest, "--layers", str(layers), "--changelog"]) == 0
    lines = capsys.readouterr().out
    changelog = layers / "CHANGELOG.md"
    old = changelog.read_text()
    changelog.write_text(old.replace("## Unreleased\n\n", f"## Unreleased\n\n{lines}"))
    assert main(["diff", latest, "--layers", str(layers), "--check"]) == 0
    changelog.write_text(old + "\n" + lines)  # under an old release
    assert main(["diff", latest, "--layers", str(layers), "--check"]) == 1
    move(layers, "line_a", -0.004)  # the named values are stale
    changelog.write_text(old.replace("## Unreleased\n\n", f"## Unreleased\n\n{lines}"))
    assert main(["diff", latest, "--layers", str(layers), "--check"]) == 1


def test_freezing_takes_a_new_version(layers, capsys):
    before = releases.versions(layers)
    package = layers / "datapackage.json"
    package.write_text(package.read_text().replace(f'"version": "{releases.version(layers)}"', '"version": "9.0.0"'))
    assert main(["diff", "--freeze", "--layers", str(layers)]) == 0
    assert releases.versions(layers) == [*before, "9.0.0"]
    # the questions of the release before are asked again; what has no answer any more is named as such
    gone = releases.read(layers, before[-1]).keys() - releases.read(layers, "9.0.0").keys()
    assert all(f"`{name}` none" in " ".join((layers / "CHANGELOG.md").read_text().split()) for name in gone)
    assert main(["diff", "--layers", str(layers), "--check"]) == 0  # nothing has changed since
    capsys.readouterr()
    assert main(["diff", "--freeze", "--layers", str(layers)]) == 2
    assert "raise the version" in capsys.readouterr().err


def test_versions_are_ordered_as_numbers(tmp_path):
    (tmp_path / "releases").mkdir()
    for name in ("0.10.0", "0.9.1", "notes"):
        (tmp_path / "releases" / f"{name}.json").write_text("{}")
    assert releases.versions(tmp_path) == ["0.9.1", "0.10.0"]


def test_what_is_shown_alike_has_not_changed():
    one, other = (Quantity(area, area, area, (1.0, 3.0)) for area in (2.01, 2.04))
    assert releases.changed({"a": one}, {"a": other}) == []
    (gone,) = releases.changed({"a": one}, {})
    assert releases.shown(gone.after) == "none"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["nowhere"], "nowhere: no folder of layers; releases are "),
        ([str(LAYERS), "nowhere"], "nowhere"),
        (["--freeze", "--check"], "--freeze"),
    ],
)
def test_faults_are_one_line(capsys, arguments, fault):
    assert main(["diff", *arguments]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert fault in error


def test_a_damaged_release_is_named(layers, capsys):
    name = releases.versions(layers)[-1]
    (layers / "releases" / f"{name}.json").write_text('{"answers": {"golan_heights": {"area_km2": "x"}}}')
    assert main(["diff", "--layers", str(layers)]) == 2
    assert f"{name}.json" in capsys.readouterr().err


def test_a_file_that_is_no_table_is_compared_as_a_whole(layers):
    heights = layers / "curated" / "elevation.asc"
    heights.write_bytes(heights.read_bytes() + b"\n\xff")
    (rows,) = diff._rows(LAYERS, layers)  # noqa: SLF001
    assert (rows.file, rows.changed) == ("elevation.asc", {"the whole file": ["content"]})
    heights.unlink()
    (rows,) = diff._rows(LAYERS, layers)  # noqa: SLF001
    assert rows.removed == ["the whole file"]
