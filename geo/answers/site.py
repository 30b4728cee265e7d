"""A record as a static site: what it answers as tables and maps, a page for each zone and line, and all downloads."""

from __future__ import annotations

import math
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

import shapely

from geo import _files
from geo._errors import ClaimsWarning
from geo.answers import listing, spots
from geo.formats import dataset, files, metadata
from geo.views import maps, pages, sketch
from geo.views.pages import Cell, Pages, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from geo.answers.record import Record
    from geo.layers.transfers import Quantity

_WATER = "water"  # the kind of lines that are shores and rivers
_UNITS = ("site_area",)  # headings that are a unit: km is no Km
_UNIT = "unit"  # the kind of zones that only make others up
_DOWNLOADS = "downloads"
_WHOLE = ("gpkg", "xlsx")  # formats that hold everything in one file
# formats that a dataset search is told of
_MEDIA = {
    "gpkg": "application/geopackage+sqlite3",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "csv": "text/csv",
}


def write(record: Record, folder: Path) -> int:
    """Write the site into a new or empty folder, all of it or nothing, and return how many pages it has.

    Raises
    ------
    ClaimsError
        When the folder is not empty or cannot be written, or the data package lacks what describes the record.
    """
    about = dataset.describe(record)
    with _files.new_folder(folder) as made:
        count = 0
        downloads = _download(record, about.name, made / _DOWNLOADS)
        for name, text in _site(record, about, downloads):
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            count += name.endswith(".html")
    return count


class _File(NamedTuple):
    """A download: its path in the folder of downloads, its layer (empty for all), its format, its size in bytes."""

    path: str
    layer: str
    format: str
    size: int


def _download(record: Record, name: str, folder: Path) -> list[_File]:
    """Write the record in every format, and each zone and line alone; return the files of the former.

    Raises
    ------
    ClaimsError
        When a package that a format needs is not installed.
    """
    folder.mkdir()
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ClaimsWarning)  # what a format cannot hold, its own file says
        for kind, known in files.FORMATS.items():
            if kind in _WHOLE:
                path = record.export(path=folder / f"{name}.{kind}")
                found.append(_File(path.name, "", kind, path.stat().st_size))
            elif known.grounds:
                place = record.export(path=folder / kind, format=kind)
                # formats without tables have these beside them as CSV, which is a format of its own here
                for path in sorted(place.glob(f"*{known.endings[0]}")):
                    layer = path.name.removesuffix(known.endings[0])
                    found.append(_File(f"{kind}/{path.name}", layer, kind, path.stat().st_size))
    for id_ in (*record.curated_zones, *record.curated_lines):
        if id_ in record.curated_lines or not record.zone_polygon(id_).is_empty:
            record.export(id_, folder / "layer" / f"{id_}.geojson")
    return found


def _site(record: Record, about: dataset.Dataset, downloads: list[_File]) -> Iterator[tuple[str, str]]:
    """Yield every file of the site but the downloads, by its path."""
    for name in pages.FILES:
        yield name, pages.static(name)
    yield "map.html", maps.settled(record.map(*record.key_dates[-2:])).get_root().render()
    yield "names.js", f'"use strict";\nconst NAMES = {pages.script(_names(record))};\n'
    yield from _pictures(record)
    for tag in record.profile.tags:
        site = _Site(record, about, downloads, tag)
        yield from ((f"{site.pages.folder}{path}", text) for path, text in site.files())


def _names(record: Record) -> list[list[str]]:
    """Return the page of each place, zone and line, with its names."""
    found = [[f"places.html#{one.id}", *one.names.values(), *one.names_other] for one in record.curated_places.values()]
    zones, lines = record.curated_zones, record.curated_lines
    named = {**{id_: zone.names for id_, zone in zones.items()}, **{id_: line.names for id_, line in lines.items()}}
    return found + [[f"layer/{id_}.html", *names.values()] for id_, names in named.items()]


def _pictures(record: Record) -> Iterator[tuple[str, str]]:
    """Yield a small map of each zone and line."""
    ground = shapely.coverage_union_all(record.polygons)
    courses = {line.id: shapely.LineString(line.coordinates) for line in record.curated_lines.values()}
    inferred = {line.id: line.basis == "inferred" for line in record.curated_lines.values()}
    drawn = [(courses[id_], inferred[id_]) for id_ in courses]
    shores = [courses[line.id] for line in record.curated_lines.values() if line.kind == _WATER]
    waters = shapely.get_parts(shapely.polygonize(shores)).tolist()  # rivers close nothing

    def picture(id_: str, title: str, focus: Any, *, dashed: bool) -> tuple[str, str]:
        return f"pictures/{id_}.svg", sketch.drawing(
            title, focus, ground=ground, lines=drawn, waters=waters, inferred=dashed
        )

    for zone in record.curated_zones:
        polygon = record.zone_polygon(zone)
        if not polygon.is_empty:
            yield picture(zone, zone, polygon, dashed=False)
    for id_, course in courses.items():
        yield picture(id_, id_, course, dashed=inferred[id_])


class _Site:
    """The pages in one language."""

    def __init__(self, record: Record, about: dataset.Dataset, downloads: list[_File], language: str) -> None:
        self._record, self._about, self._files = record, about, downloads
        self.pages = Pages(record, language)
        self._words = self.pages.words
        self._last = record.key_dates[-1] if record.key_dates else record.ledger.today()

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield every page by its path within the language's folder."""
        yield "index.html", self._index()
        if self._record.curated_places:
            yield "places.html", self._list("places.html", "site_places", [self._places()])
        layers = [(self._words("site_zones"), *self._zones()), (self._words("site_lines"), *self._lines())]
        yield "layers.html", self._list("layers.html", "site_layers", layers)
        yield "codebook.html", self._list("codebook.html", "site_codebook", list(self._codebook()))
        for row in listing.rows(self._record):
            if row["kind"] in {"zone", "line"}:
                yield f"layer/{row['id']}.html", self._layer(row)

    def _page(self, template: str, path: str, title: str, **values: Any) -> str:
        return self.pages.page(
            template,
            path,
            title,
            version=self._about.version,
            description=values.pop("description", f"{title}. {self._words.name(self._record.profile.title)}"),
            **values,
        )

    def _list(self, path: str, key: str, tables: list[tuple[str, Table, str]]) -> str:
        return self._page("list.html", path, self._words(key), tables=tables)

    def _index(self) -> str:
        steps = list(pairwise(dict.fromkeys([self._record.ledger.first, *self._record.key_dates])))
        about, title = self._about, self._words.name(self._record.profile.title)
        licences = ", ".join(licence.title or licence.id for licence in about.licences)
        cited = (self._words("site_version", version=about.version), licences, about.attribution)
        return self._page(
            "index.html",
            "index.html",
            title,
            description=about.description,
            # once is enough, and a third of the page
            metadata=pages.script(self._metadata()) if not self.pages.folder else "",
            headline=self._headline(*steps[-1]) if steps else None,
            changes=self._changes(steps),
            held=self._held(),
            zones=self._zones()[0],
            scenarios=self._scenarios(),
            figures=self._figures(),
            downloads=self._downloads(),
            citation=f"{about.creator}: {about.title}. {'. '.join(filter(None, cited))}",
        )

    def _metadata(self) -> dict[str, Any]:
        """Return the record in schema.org, with the files of the site instead of the curated ones."""
        distribution = [
            {
                "@type": "DataDownload",
                "name": f"{file.layer or self._about.title} ({file.format})",
                "contentUrl": f"{_DOWNLOADS}/{quote(file.path)}",
                "encodingFormat": _MEDIA[file.format],
                "contentSize": f"{file.size} B",
            }
            for file in self._files
            if file.format in _MEDIA
        ]
        return metadata.document(self._record, "schema.org") | {"distribution": distribution}

    def _table(self, columns: Iterable[str], rows: Iterable[list[Cell]]) -> Table:
        return Table([self._head(column) for column in columns], list(rows))

    def _head(self, key: str) -> str:
        """Return a heading; some texts are words of the middle of a sentence."""
        text = self._words(key)
        return text if key in _UNITS else text[:1].upper() + text[1:]

    def _headline(self, before: str, after: str) -> dict[str, str] | None:
        """Return the largest transfer between two dates in a sentence, with its uncertainties."""
        transfers = self._record.change(before, after).transfers
        if not transfers:
            return None
        largest = transfers[0]
        passed = self._words(
            "site_headline",
            km2=f"{largest.quantity.area:,.0f}",
            **{"from": self._words.party(largest.source), "to": self._words.party(largest.target)},
            before=before,
            after=after,
        )
        known = (("site_ci95", "ci", _interval(largest.quantity)), ("site_extents", "range", _range(largest.quantity)))
        return {"lead": passed, "how": " ".join(self._words(key, **{name: text}) for key, name, text in known if text)}

    def _changes(self, steps: list[tuple[str, str]]) -> Table | None:
        """Return what passed between the key dates."""
        cell = self.pages.cell
        rows = [
            [
                self.pages.date(before),
                self.pages.date(after),
                cell(
                    self._words(
                        "passed", **{"from": self._words.party(one.source), "to": self._words.party(one.target)}
                    )
                ),
                *self._measured(one.quantity),
            ]
            for before, after in steps
            for one in self._record.change(before, after).transfers
        ]
        columns = ("from", "to", "site_transfer", "site_area", "site_interval", "site_range")
        return self._table(columns, rows) if rows else None

    def _measured(self, quantity: Quantity) -> list[Cell]:
        number = self.pages.number
        return [number(f"{quantity.area:,.1f}"), number(_interval(quantity)), number(_range(quantity))]

    def _held(self) -> Table:
        """Return what each party held on the key dates."""
        dates = [*self._record.key_dates] or [self._last]
        cell = self.pages.cell
        rows = [
            [self.pages.date(date), cell(self._words.party(party)), *self._measured(quantity)]
            for date in dates
            for party, quantity in self._record.ledger.controller_areas(date).items()
        ]
        return self._table(("site_date", "site_party", "site_area", "site_interval", "site_range"), rows)

    def _period(self, row: dict[str, Any]) -> list[Cell]:
        return [self.pages.date(row["valid_from"]), self.pages.date(row["valid_to"])]

    def _zones(self) -> tuple[Table, str]:
        record, cell, number = self._record, self.pages.cell, self.pages.number
        rows = []
        for zone in sorted(record.curated_zones.values(), key=lambda zone: zone.kind == _UNIT):
            area = record.ledger.zone_area(zone.id)
            name = cell(self._words.name(zone.names), href=f"layer/{zone.id}.html")
            rows.append([name, *self._period(zone.properties()), number(f"{area.area:,.1f}"), number(_interval(area))])
        table = self._table(("zone", "from", "to", "site_area", "site_interval"), rows)
        return table, self._words("site_zones_note")

    def _lines(self) -> tuple[Table, str]:
        cell, number = self.pages.cell, self.pages.number
        rows = [
            [
                cell(self._words.name(line.names), href=f"layer/{line.id}.html"),
                *self._period(line.properties()),
                number(f"{line.accuracy_m:g}"),
                cell(self._words.basis(line.basis)),
            ]
            for line in self._record.curated_lines.values()
        ]
        table = self._table(("line", "from", "to", "site_accuracy", "basis"), rows)
        return table, self._words("site_lines_note")

    def _places(self) -> tuple[str, Table, str]:
        record, words, cell = self._record, self._words, self.pages.cell
        held = record.ledger.held(self._last)
        faces = {known["id"]: known["face"] for known in record.topology["places"]}
        rows = []
        for place in sorted(record.curated_places.values(), key=lambda place: words.name(place.names)):
            face = faces[place.id]
            zone = record.ledger.zones_of[face][0] if face is not None else None
            others = [name for name in (*place.names.values(), *place.names_other) if name != words.name(place.names)]
            rows.append(
                [
                    cell(words.name(place.names))._replace(id=place.id),
                    cell(" · ".join(dict.fromkeys(others))),
                    cell(words.place_kind(record.profile.place_kinds[place.kind])),
                    cell(words.name(record.curated_zones[zone].names), href=f"layer/{zone}.html")
                    if zone
                    else cell(words("site_outside")),
                    cell(words.party(held[face].controller) if face is not None else ""),
                ]
            )
        columns = ("site_name", "names", "kind", "zone", "held_by")
        return words("site_places"), self._table(columns, rows), words("site_places_note", date=self._last)

    def _said(self, *texts: str) -> Cell:
        """Return texts of the curated files in the page's language, or all as they are written where one has none."""
        found = [self._record.text(text, self.pages.language) for text in texts]
        if self.pages.language != self.pages.first and any(map(str.__eq__, found, texts)):
            return self.pages.cell(", ".join(texts), lang=self.pages.first)
        return self.pages.cell(", ".join(found))

    def _within(self, zone: str) -> list[Cell]:
        """Return the places in a zone, each with its anchor in the list of places."""
        faces = set(self._record.ledger.faces_in(zone))
        inside = [one["id"] for one in self._record.topology["places"] if one["face"] in faces]
        names = {id_: self._words.name(self._record.curated_places[id_].names) for id_ in inside}
        return [Cell(names[id_], f"places.html#{id_}") for id_ in sorted(inside, key=lambda id_: names[id_])]

    def _scenarios(self) -> Table | None:
        record, words, cell = self._record, self._words, self.pages.cell
        rows = [
            [cell(words.name(rows[0].names)), cell(words.party(one.target)), *self._measured(one.quantity)]
            for scenario, rows in record.ledger.scenarios.items()
            for one in record.change(self._last, scenario).transfers
        ]
        columns = ("scenario", "to", "site_area", "site_interval", "site_range")
        return self._table(columns, rows) if rows else None

    def _figures(self) -> Table | None:
        cell, number, first = self.pages.cell, self.pages.number, self.pages.first
        rows = [
            [
                self._said(row["quantity"], row["scope"]),
                number(_round(row["published"])),
                number(_round(row["computed"])),
                cell(str(row["unit"]), lang=first),
                cell(self._words(f"verdict_{row['verdict']}")),
                self._said(row["why"]),
            ]
            for row in self._record.figures.to_dict("records")
        ]
        columns = ("site_figure", "site_published", "site_computed", "site_unit", "site_verdict", "site_why")
        return self._table(columns, rows) if rows else None

    def _downloads(self) -> Table:
        """Return the files, layers down and formats across."""
        root = "../" * self.pages.folder.count("/")
        links: dict[str, dict[str, Cell]] = {}
        for file in self._files:
            what = file.layer or self._words("site_whole")
            size = _size(file.size)  # alone, it would be all that a list of the links has
            cell = Cell(size, f"{root}{_DOWNLOADS}/{file.path}", number=True, label=f"{what}, {file.format}, {size}")
            links.setdefault(file.layer, {})[file.format] = cell
        formats = list(dict.fromkeys(file.format for file in self._files))
        rows = [
            [
                self.pages.cell(layer, lang=self.pages.first) if layer else self.pages.cell(self._words("site_whole")),
                *(found.get(one, Cell("")) for one in formats),
            ]
            for layer, found in links.items()
        ]
        return Table([self._words("site_file"), *formats], rows)

    def _codebook(self) -> Iterator[tuple[str, Table, str]]:
        cell, first = self.pages.cell, self.pages.first
        for file in self._about.files:
            if file.fields:
                rows = [
                    [
                        cell(str(field["name"]), lang=first),
                        cell(str(field["type"]), lang=first),
                        cell(str(field.get("description") or ""), lang=first),
                    ]
                    for field in file.fields
                ]
                yield file.path, self._table(("site_column", "site_type", "site_meaning"), rows), file.description

    def _layer(self, row: dict[str, Any]) -> str:
        """Return the page of a zone or line."""
        record, words, cell, number = self._record, self._words, self.pages.cell, self.pages.number
        is_zone, id_ = row["kind"] == "zone", row["id"]
        names = (record.curated_zones if is_zone else record.curated_lines)[id_].names
        facts = [(self._head("names"), cell(" · ".join(dict.fromkeys(names.values()))))]
        facts.append(
            (self._head("valid"), cell(words("range", low=row["valid_from"] or "…", high=row["valid_to"] or "…")))
        )
        if is_zone:
            area = record.ledger.zone_area(id_)
            facts += [
                (self._head("site_area"), cell(f"{area.area:,.1f}")),
                (self._head("site_interval"), cell(_interval(area))),
            ]
        else:
            low, high = row["length_interval_km"]
            facts += [
                (self._head("site_length"), cell(f"{row['length_km']:,.1f} ({low:,.1f}–{high:,.1f})")),
                (self._head("site_accuracy"), cell(f"{row['accuracy_m']:g}")),
                (self._head("site_correlation"), cell(f"{row['correlation_km']:g}")),
                (self._head("basis"), cell(words.basis(row["basis"]))),
            ]
        if row.get("note"):
            facts.append((self._head("note"), self._said(row["note"])))
        drawn = not is_zone or not record.zone_polygon(id_).is_empty  # as its picture and its file are
        held = spots.zone_control(record, id_, None) if is_zone else []
        history = [
            [
                self.pages.date(part["from"]),
                self.pages.date(part["to"]),
                cell(words.party(part["controller"])),
                number(f"{part['area_km2']:,.1f}"),
            ]
            for part in held
        ]
        said = [
            [
                self.pages.date(claim["from"]),
                self.pages.date(claim["to"]),
                cell(words.party(claim["claimant"])),
                self._said(claim["statement"]),
            ]
            for claim in spots.claims(record, (id_,), None)
        ]
        cited = dict.fromkeys(row["sources"])
        return self._page(
            "layer.html",
            f"layer/{id_}.html",
            words.name(names),
            id=id_,
            drawn=drawn,
            facts=facts,
            within=self._within(id_) if is_zone else [],
            history=self._table(("from", "to", "held_by", "site_area"), history),
            claims=self._table(("from", "to", "site_party", "site_statement"), said),
            sources=[self.pages.source(record.sources[one]) for one in cited if one in record.sources],
            files=[(f"{id_}.geojson", f"{_DOWNLOADS}/layer/{id_}.geojson")] if drawn else [],
        )


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{max(count / 1e3, 0.1):,.1f} kB"


def _interval(quantity: Quantity) -> str:
    low, high = quantity.ci95
    return "" if math.isnan(low) else f"{low:,.1f}–{high:,.1f}"


def _range(quantity: Quantity) -> str:
    return f"{quantity.low:,.1f}–{quantity.high:,.1f}" if quantity.low < quantity.high else ""


def _round(value: float) -> str:
    return "" if value is None or math.isnan(value) else f"{value:,.6g}"
