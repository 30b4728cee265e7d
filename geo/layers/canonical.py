"""Curated files in the one form that they are kept in, whatever program saved them.

GeoJSON has one vertex a line, six decimals and the properties in their declared order; a table has commas, no needless
quotes and the columns in their declared order. The order of features and rows stays. The form follows from the content
alone, so that a file that went through an editor differs by what was edited.
In: ``layers/curated``. Out: texts and what is different in them, or the first fault that a form cannot mend.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from geo import _files
from geo._errors import ClaimsError
from geo.layers import forms, rows
from geo.layers import profile as profiles
from geo.layers.profile import DECIMALS
from geo.layers.tables import READERS
from geo.layers.values import short

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from geo.layers.profile import Profile
    from geo.layers.rows import Row
    from geo.layers.tables import Reader

NEEDED = (*(reader.file for reader in READERS if reader.needed), "sources.json")  # files without which nothing is built
# what programs add of their own: to a collection, and to a feature
_MEMBERS = {"crs", "name", "bbox", "xy_coordinate_resolution"}
_NUMBERS = {"fid", "ogc_fid"}
_NO_JSON = "has a number that JSON does not know, NaN or Infinity; write null or a number"
_MOST = 3  # features that are named
_ALL = 15  # digits: nothing is rounded


class Rewritten(NamedTuple):
    """A curated file in its form: the text, and in words what is different in it; nothing when it is the same."""

    path: Path
    text: str
    changes: str


class _Feature(NamedTuple):
    """A feature in its form, and what was done to it."""

    feature: dict[str, Any]
    properties: list[str]  # names of those that are different
    moved: list[tuple[float, float, float, float]]  # longitude and latitude before and after
    notes: list[str]  # what was left out of the geometry, once for each


class _Form:
    """What a file is to be like: the kind of geometry, None for a table, and the columns by name, in order."""

    def __init__(self, reader: Reader[Any], profile: Profile) -> None:
        self.file = reader.file
        self.geometry = reader.geometry
        self.columns = reader.columns(profile)
        # a label may be anywhere in its face, which in layers of more digits may be narrower than one of them
        fine = reader.file == "labels.geojson" and profile.decimals > DECIMALS
        self.decimals = _ALL if fine else profile.decimals


def rewrite(folder: Path) -> list[Rewritten]:
    """Return every curated file in its form.

    Parameters
    ----------
    folder
        The folder of curated files.

    Raises
    ------
    ClaimsError
        With file and feature, when a file cannot be read, or something drawn would be lost.

    Examples
    --------
    >>> {file.changes for file in rewrite(geo.load().path / "curated")}
    {''}
    """
    profile = profiles.read(folder.parent)
    return [_rewritten(_Form(reader, profile), folder) for reader in READERS if (folder / reader.file).exists()]


def is_in_form(reader: Reader[Any], folder: Path, profile: Profile) -> bool:
    """Return whether a file is in its form but for properties without a value, which may be left out.

    Raises
    ------
    ClaimsError
        As :func:`rewrite`.
    """
    path = folder / reader.file
    form = _Form(reader, profile)
    if form.geometry is None:
        return _table(form, path)[0] == _files.read_text(path)
    collection, features = _features(form, path, fill=False)
    return _text(path, collection, features) == _files.read_text(path)


def _rewritten(form: _Form, folder: Path) -> Rewritten:
    path = folder / form.file
    if form.geometry is None:
        text, changes = _table(form, path)
    else:
        collection, features = _features(form, path, fill=True)
        text, changes = _text(path, collection, features), _changes(collection, features)
    _files.check_input(path, _files.MOST_TEXT)
    try:
        same = path.read_bytes() == text.encode()
    except UnicodeEncodeError as error:
        message = f"half a character, {text[error.start]!r}, in a name or note; delete it"
        raise ClaimsError(message, code="text", file=str(path)) from None
    return Rewritten(path, text, "" if same else "; ".join(changes) or "layout")


def _features(form: _Form, path: Path, *, fill: bool) -> tuple[dict[str, Any], list[_Feature]]:
    found = [_feature(form, row, feature, fill=fill) for row, feature in rows.raw_features(path)]
    return rows.read_collection(path), found


def _text(path: Path, collection: dict[str, Any], features: list[_Feature]) -> str:
    members = {name: value for name, value in collection.items() if name not in {"type", "features", *_MEMBERS}}
    if not _is_json(members):
        raise ClaimsError(_NO_JSON, code="format", file=str(path))
    return _files.geojson([one.feature for one in features], **members)


def _is_json(value: Any) -> bool:
    try:
        _files.compact(value)
    except ValueError:
        return False
    return True


def _feature(form: _Form, row: Row, given: dict[str, Any], *, fill: bool) -> _Feature:
    """Return a feature in its form; with `fill`, properties without a value are null where the column wants that."""
    outer, inner = forms.text(given.get("id")), forms.text(row.values.get("id"))
    if isinstance(outer, str) and outer and outer != inner and not outer.isdecimal():  # a number counts rows
        message = f"the feature has the id {short(outer)}, its properties {short(inner)}; make them the same"
        raise row.fault(message, code="id")
    properties = _values(form, row, fill=fill)
    if not _is_json(properties):
        raise row.fault(_NO_JSON, code="format")
    before: dict[str, Any] = given["properties"]
    names = [name for name in {**before, **properties} if _json(before, name) != _json(properties, name)]
    coordinates = rows.shape(row, given.get("geometry"), str(form.geometry))
    course = [coordinates] if form.geometry == "Point" else coordinates
    if not isinstance(course, list):
        raise row.fault("the geometry has no coordinates; draw it again", code="geometry")
    spots = [row.position(value, None if form.geometry == "Point" else at) for at, value in enumerate(course)]
    rounded = [(round(lon, form.decimals) + 0.0, round(lat, form.decimals) + 0.0) for lon, lat in spots]
    kept = [spot for at, spot in enumerate(rounded) if not at or spot != rounded[at - 1]]
    if form.geometry != "Point" and len(kept) < 2:
        raise row.fault("a line needs at least two vertices; add them, or delete the line", code="geometry")
    notes = ["repeated vertex"] * (len(rounded) - len(kept)) + ["height"] * sum(len(value) > 2 for value in course)
    notes += ["multi-part type"] * (given["geometry"]["type"] != form.geometry)
    points = [list(spot) for spot in kept]
    feature = {
        "id": properties.get("id"),
        "properties": properties,
        "geometry": {"type": form.geometry, "coordinates": points[0] if form.geometry == "Point" else points},
    }
    moved = [(*old, *new) for old, new in zip(spots, rounded, strict=True) if old != new]
    return _Feature(feature, names, moved, notes)


def _json(values: dict[str, Any], name: str) -> str | None:
    return json.dumps(values[name]) if name in values else None


def _values(form: _Form, row: Row, *, fill: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _order(form, row.values):
        column = form.columns.get(name)
        value = row.values.get(name)
        if column is None:
            if not forms.is_blank(value) and name not in _NUMBERS:
                found[name] = value
            continue
        plain = column.plain(value)
        if plain is not None:
            found[name] = plain
        elif not column.sparse and (name in row.values or (fill and not column.required)):
            found[name] = "" if column.blank == "" else None
    return found


def _order(form: _Form, given: Iterable[str]) -> list[str]:
    """Return the declared columns in order, with undeclared names behind the declared ones, and the rest at the end."""
    order = list(form.columns)
    more = [name for name in given if name not in form.columns]
    names = [name for name in more if name.startswith("name_")]
    last = max((index for index, name in enumerate(order, 1) if name.startswith("name_")), default=len(order))
    return [*order[:last], *names, *order[last:], *(name for name in more if name not in names)]


def _changes(collection: dict[str, Any], features: list[_Feature]) -> list[str]:
    """Return what is different, in words."""
    changed = [one for one in features if one.properties or one.moved or one.notes]
    found = []
    if changed:
        named = [str(one.feature["id"]) for one in changed[:_MOST]]
        more = f" and {len(changed) - _MOST} more" if len(changed) > _MOST else ""
        found.append(f"features changed: {len(changed)} of {len(features)} ({', '.join(named)}{more})")
    if counts := Counter(name for one in changed for name in one.properties):
        found.append("properties: " + ", ".join(f"{name} ({count})" for name, count in counts.items()))
    if moved := [move for one in changed for move in one.moved]:
        import pyproj

        lon, lat, new_lon, new_lat = map(list, zip(*moved, strict=True))
        metres = max(pyproj.Geod(ellps="WGS84").inv(lon, lat, new_lon, new_lat)[2])
        found.append(f"vertices moved: {len(moved)}, by at most {metres:.2f} m")
    if left := Counter(
        [note for one in changed for note in one.notes] + [name for name in collection if name in _MEMBERS]
    ):
        found.append("left out: " + ", ".join(f"{what} ({count})" for what, count in left.items()))
    return found


def _table(form: _Form, path: Path) -> tuple[str, list[str]]:
    """Return a table in its form, and what is different, in words."""
    given = rows.sheet(path, [name for name, column in form.columns.items() if column.required])
    order = [name for name in _order(form, given.columns) if name in given.columns]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(order)
    counts: Counter[str] = Counter()
    changed = 0
    for number, cells in given.cells:
        row = rows.Row(path, f"line {number}", {})
        rows.check_width(row, given.columns, cells)
        before = dict(zip(given.columns, cells, strict=True))
        after = {name: _cell(form, name, before[name]) for name in order}
        different = [name for name in order if after[name] != before[name]]
        counts.update(different)
        changed += bool(different)
        writer.writerow(after.values())
    if not changed:
        return out.getvalue(), []
    columns = ", ".join(f"{name} ({count})" for name, count in counts.items())
    return out.getvalue(), [f"rows changed: {changed} of {len(given.cells)}", f"columns: {columns}"]


def _cell(form: _Form, name: str, cell: str) -> str:
    """Return a cell in its form; a number keeps its digits."""
    column = form.columns.get(name)
    plain = cell.strip() if column is None else column.plain(cell)
    if plain is None:
        return ""
    if isinstance(plain, list) and all(isinstance(word, str) for word in plain):
        return " ".join(plain)
    return plain if isinstance(plain, str) else cell.strip()
