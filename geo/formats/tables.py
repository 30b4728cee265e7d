"""Tables: CSV with geometry as well-known text, JSON, and XLSX workbooks."""

from __future__ import annotations

import csv
import datetime as dt
from typing import TYPE_CHECKING, Any

from geo import _files
from geo._errors import ClaimsError
from geo.formats import archive, typed
from geo.formats.typed import Column

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo.formats.layer import About, Layer, Options

_DATATYPES = {"integer": "integer", "number": "double", "flag": "boolean", "date": "date"}  # of CSV on the Web
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may take for the begin of a formula
_LONGEST = 32767  # characters in a cell of a workbook
_SHEET = 31  # characters in the name of a sheet
_TIME = dt.datetime(1970, 1, 1)  # noqa: DTZ001  # a workbook has no zones
_LON_LAT = [
    Column("lon", "number", "Longitude, degrees"),
    Column("lat", "number", "Latitude, degrees"),
]


def _table(layer: Layer, *, wkt: bool = False) -> tuple[list[Column], list[list[Any]]]:
    """Return columns and rows, lists as text; of points with longitude and latitude; with `wkt`, any geometry as text.

    A table of points has their positions, so nothing is lost without it.
    """
    columns = list(layer.columns)
    cells = [layer.texts(column) for column in columns]
    if _is_points(layer):
        columns += _LON_LAT
        positions = [(feature["geometry"] or {}).get("coordinates", (None, None)) for feature in layer.features]
        cells += [[position[axis] for position in positions] for axis in (0, 1)]
    if layer.spatial and wkt:
        import shapely

        columns.append(Column("wkt", "text", "Geometry as well-known text, EPSG:4326, longitude first"))
        shapes = layer.shapes()
        cells.append(shapely.to_wkt(shapes, rounding_precision=9, trim=True).tolist())
    return columns, [list(row) for row in zip(*cells, strict=True)]


def _is_points(layer: Layer) -> bool:
    kinds = {(feature["geometry"] or {}).get("type") for feature in layer.features} - {None}
    return layer.spatial and kinds == {"Point"}


def _left_out(layer: Layer, path: Path) -> list[str]:
    """Return the note that a table has no geometry."""
    if not layer.spatial or _is_points(layer):
        return []
    return [f"{path.name}: the geometry of {layer.name} is not in a table; -o {layer.name}.gpkg has it"]


def write_csv(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write a layer as CSV, geometry as well-known text in the last column unless a table is asked for.

    A text that a spreadsheet could take for a formula gets an apostrophe in front, and a note says so.
    """
    del about  # what the file is stands beside it, as CSV on the Web has it: see `csv_metadata`
    (layer,) = layers
    columns, rows = _table(layer, wkt=not options.table)
    notes = _left_out(layer, path) if options.table else []
    texts = [index for index, column in enumerate(columns) if column.type in ("text", "words", "names")]
    marked = 0
    for row in rows:
        for index in texts:
            if isinstance(row[index], str) and row[index].startswith(_FORMULA):
                row[index] = f"'{row[index]}"
                marked += 1
    if marked:
        notes.append(f"{path.name}: {marked} texts begin as a formula would, and have an apostrophe in front")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in columns])
        writer.writerows([list(map(_cell, row)) for row in rows])
    return notes


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else value


def csv_metadata(layer: Layer, name: str, about: About, options: Options) -> str:
    """Return what a CSV file is, as CSV on the Web (W3C) has it in ``NAME.csv-metadata.json`` beside it."""
    columns, _ = _table(layer, wkt=not options.table)
    said = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": name,
        "dc:title": f"{about.title}: {layer.name}",
        "dc:license": about.licence,
        "dc:rights": about.attribution,
        "schema:version": about.version,
        "dc:provenance": about.made,
        "dialect": {"encoding": "utf-8", "header": True},
        "tableSchema": {
            "columns": [
                {
                    "name": column.name,
                    "titles": column.name,
                    "datatype": _DATATYPES.get(column.type, "string"),
                    "dc:description": column.description,
                }
                for column in columns
            ]
        },
    }
    return _files.compact({name: value for name, value in said.items() if value}) + "\n"


def write_json(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write tables as JSON: an object with a list of rows by the name of each."""
    found: dict[str, Any] = dict(about.items())
    notes = []
    for layer in layers:
        columns, rows = _table(layer)
        types = {column.name: column.type for column in columns}
        lists = [[row.get(column.name) for column in layer.columns] for row in layer.rows] if options.lists else rows
        found[layer.name] = [
            {
                name: typed.written(value, types[name], lists=True)
                for name, value in zip(types, [*own, *row[len(own) :]], strict=True)
            }
            for own, row in zip(lists, rows, strict=True)
        ]
        notes += _left_out(layer, path)
    path.write_text(_files.compact(found) + "\n", encoding="utf-8")
    return notes


def write_xlsx(layers: Sequence[Layer], path: Path, about: About, options: Options) -> list[str]:
    """Write tables as the sheets of a workbook, the last one what the file is and what columns mean.

    Cells hold text, numbers, dates, true and false, never a formula.

    Raises
    ------
    ClaimsError
        When openpyxl is not installed, or a text is too long for a cell or has a character that it cannot hold.
    """
    del options
    try:
        import openpyxl
    except ImportError:
        raise ClaimsError("XLSX needs openpyxl: pip install 'territorial-claims[xlsx]'") from None
    book = openpyxl.Workbook()
    book.remove(book.active)
    meant: list[list[Any]] = [["about", name, text] for name, text in about.items().items()]
    notes = []
    for layer in layers:
        columns, rows = _table(layer)
        sheet = book.create_sheet(layer.name[:_SHEET])
        _fill(sheet, [[column.name for column in columns], *rows], path)
        for cell in sheet[1]:
            cell.font = openpyxl.styles.Font(bold=True)
        sheet.freeze_panes = "B2"
        meant += [[layer.name, column.name, column.description] for column in columns]
        notes += _left_out(layer, path)
    _fill(book.create_sheet("about"), meant, path)
    book.properties.title, book.properties.description = about.title, about.text()
    book.properties.creator = "claims"
    book.properties.created = book.properties.modified = _TIME
    book.save(path)
    archive.settle(path, {"docProps/core.xml": (rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1970-01-01T00:00:00Z")})
    return notes


def _fill(sheet: Any, rows: list[list[Any]], path: Path) -> None:
    """Write rows into a sheet, text as text."""
    from openpyxl.utils.exceptions import IllegalCharacterError

    for at, row in enumerate(rows, start=1):
        for number, value in enumerate(row, start=1):
            if value is None:
                continue
            where = f"{sheet.title} {row[0]}"
            if isinstance(value, str) and len(value) > _LONGEST:
                message = f"a text of {len(value):,} characters is too long for a cell ({_LONGEST:,}); write csv"
                raise ClaimsError(message, code="text", file=path.name, feature=where)
            try:
                cell = sheet.cell(at, number, value)
            except IllegalCharacterError:
                message = "has a control character, which a workbook cannot hold; write csv"
                raise ClaimsError(message, code="text", file=path.name, feature=where) from None
            if isinstance(value, str):
                cell.data_type = "s"  # also where it begins with =
