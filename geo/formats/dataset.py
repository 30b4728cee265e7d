"""What a set of layers is as one dataset: title, licence, sources, extent, period and files, for catalogues to find it.

Everything comes from ``datapackage.json`` and the record itself, so that no two descriptions of one dataset disagree.
"""

from __future__ import annotations

import csv
import hashlib
import io
import mimetypes
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

from geo import _files
from geo._errors import ClaimsError
from geo.layers.profile import PACKAGE
from geo.layers.values import check_text, short

if TYPE_CHECKING:
    from collections.abc import Sized
    from pathlib import Path

    from geo.layers.layers import Layers

_HTTP = ("http", "https")
_MEDIA = {".geojson": "application/geo+json", ".csv": "text/csv", ".json": "application/json"}


class Licence(NamedTuple):
    """A licence: its SPDX identifier, its name and where its text is; what is not stated is empty."""

    id: str
    title: str
    url: str


class Cited(NamedTuple):
    """A source: its title, publisher, date of publication (EDTF) and address; what is not known is empty."""

    title: str
    publisher: str
    date: str
    url: str


class File(NamedTuple):
    """A file of the dataset.

    `address` is where it is, relative to the data package unless a base was given; `fields` are those of its Table
    Schema, `everywhere` the properties that all features of a GeoJSON file have and the members of all geometries.
    """

    name: str
    path: str
    address: str
    title: str
    description: str
    media_type: str
    size: int
    sha256: str
    rows: int | None
    fields: tuple[dict[str, Any], ...]
    everywhere: frozenset[str]


class Dataset(NamedTuple):
    """A set of layers as catalogues describe it.

    `bbox` is west, south, east and north in degrees, with west above east where it crosses the antimeridian. `first` is
    the day from which all ground is known, EDTF; the period is open at its end. `published` is a day or empty, `url`
    the page of the dataset or empty, `counts` how many of what there are.
    """

    name: str
    title: str
    titles: dict[str, str]
    description: str
    version: str
    keywords: tuple[str, ...]
    licences: tuple[Licence, ...]
    attribution: str
    creator: str
    published: str
    url: str
    languages: tuple[str, ...]
    places: dict[str, str]
    bbox: tuple[float, float, float, float]
    first: str
    based_on: tuple[Cited, ...]
    sources: tuple[Cited, ...]
    counts: dict[str, int]
    files: tuple[File, ...]

    @property
    def attribution_and_counts(self) -> str:
        """What to name beside the data, and how much there is."""
        return f"{self.attribution}. {', '.join(f'{count} {what}' for what, count in self.counts.items())}."

    def published_for(self, standard: str) -> str:
        """Return the day of publication, for a standard that needs it.

        Raises
        ------
        ClaimsError
            When the data package does not state it.
        """
        if not self.published:
            message = f'no day of publication, which {standard} needs; add "created": "2026-01-31T00:00:00Z"'
            raise ClaimsError(message, code="metadata", file=PACKAGE)
        return self.published


def describe(layers: Layers, url: str = "") -> Dataset:
    """Return what a set of layers is as one dataset.

    Parameters
    ----------
    layers
        With a ``datapackage.json``.
    url
        Where the folder of the layers is on the web, for addresses of files; by default ``homepage`` of the data
        package is the page of the dataset and files have relative addresses.

    Raises
    ------
    ClaimsError
        When the data package is missing, a member of it is missing or of another type, a file that it lists is missing
        or outside the folder, or `url` is no address of the web.

    Examples
    --------
    >>> found = describe(geo.load())
    >>> found.licences[0].id, found.first, found.files[0].path
    ('ODbL-1.0', '1923-03-10', 'curated/zones.csv')
    """
    path = layers.path / PACKAGE
    if not path.exists():
        message = "missing, and metadata come from it; write one with name, title, description and licenses"
        raise ClaimsError(message, code="metadata", file=str(path))
    package = _Package(path)
    base = _base(url)
    profile = layers.profile
    lists: dict[str, Sized] = {
        "zones": layers.curated_zones,
        "lines": layers.curated_lines,
        "places": layers.curated_places,
        "events": layers.curated_events,
        "claims": layers.curated_claims,
        "sources": layers.sources,
    }
    title = package.text("title")
    makers = [str(item["title"]) for item in package.objects("contributors") if item.get("title")]
    return Dataset(
        name=package.text("name"),
        title=title,
        titles=dict(profile.title),
        description=package.text("description"),
        version=package.text("version", ""),
        keywords=tuple(package.words("keywords")),
        licences=tuple(
            Licence(*(str(item.get(key) or "") for key in ("name", "title", "path")))
            for item in package.objects("licenses")
        ),
        attribution=profile.attribution,
        creator="; ".join(makers) or f"Contributors to {title}",
        published=package.day("created"),
        url=base or _base(package.text("homepage", "")),
        languages=tuple(profile.tags),
        places=profile.short or profile.title or {profile.tags[0]: title},
        bbox=_bbox(layers),
        first=layers.ledger.first,
        based_on=tuple(
            Cited(str(item.get("title") or ""), "", "", _web(item.get("path"))) for item in package.objects("sources")
        ),
        sources=tuple(map(_cited, layers.sources.values())),
        counts={what: len(items) for what, items in lists.items() if items},
        files=tuple(_listed(layers.path, package, base)),
    )


class _Package:
    """The members of a data package, read with errors that name file and member."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._members = _files.read_json(path)
        if not isinstance(self._members, dict):
            raise self.fault("not a data package; it is an object with name, title and resources")

    def fault(self, message: str, member: str = "") -> ClaimsError:
        return ClaimsError(message, code="metadata", file=str(self.path), feature=member)

    def text(self, name: str, default: str | None = None) -> str:
        value = self._members.get(name, default)
        if value is None or (default is None and not value):
            raise self.fault("missing; add it", name)
        if not isinstance(value, str):
            raise self.fault(f"is {short(value)}, not text", name)
        if message := check_text(value):
            raise self.fault(message, name)
        return value

    def day(self, name: str) -> str:
        """Return the day of a time of RFC 3339, empty when there is none."""
        from geo import dates

        value = self.text(name, "")
        if value and not (dates.is_edtf(value[:10]) and len(value) >= 10):
            raise self.fault(f"is {value!r:.60}, not a time; write 2026-01-31T00:00:00Z", name)
        return value[:10]

    def words(self, name: str) -> list[str]:
        value = self._list(name)
        if not all(isinstance(item, str) for item in value):
            raise self.fault(f"is {short(value)}, not a list of words", name)
        return list(value)

    def objects(self, name: str) -> list[dict[str, Any]]:
        value = self._list(name)
        if not all(isinstance(item, dict) for item in value):
            raise self.fault(f"is {short(value)}, not a list of objects", name)
        return list(value)

    def _list(self, name: str) -> list[Any]:
        value = self._members.get(name) or []
        if not isinstance(value, list):
            raise self.fault(f"is {short(value)}, not a list", name)
        return value


def _base(url: str) -> str:
    """Return an address of the web with a slash at its end, so that paths go below it; empty for none."""
    if not url:
        return ""
    if not _web(url):
        raise ClaimsError(f"{url!r:.80} is no address of the web; write https://example.org/data/")
    return url if url.endswith("/") else f"{url}/"


def _web(url: Any) -> str:
    """Return a complete address of the web, and nothing for anything else."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    except ValueError:  # brackets that are no IPv6 address
        return ""
    whole = parts.scheme in _HTTP and parts.netloc and not any(letter.isspace() or letter in '<>"' for letter in url)
    return str(url) if whole else ""


def _bbox(layers: Layers) -> tuple[float, float, float, float]:
    west, south, east, north = layers.unbroken().bounds
    return _within(west), round(south, 6), _within(east), round(north, 6)


def _within(lon: float) -> float:
    """Return a longitude of -180 to 180 degrees."""
    return round(lon - 360 if lon > 180 else lon, 6)


def _cited(item: dict[str, Any]) -> Cited:
    """Return a CSL-JSON item as a source; a part of it that has another form is left out."""
    issued = item.get("issued")
    parts = issued.get("date-parts") if isinstance(issued, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    date = "-".join(f"{part:0{4 if place == 0 else 2}}" for place, part in enumerate(first) if isinstance(part, int))
    title, publisher = (str(item.get(key) or "") for key in ("title", "publisher"))
    return Cited(title or str(item["id"]), publisher, date, _web(item.get("URL")))


def _listed(folder: Path, package: _Package, base: str) -> list[File]:
    """Return the files of all resources; a resource whose data are in the package itself has none."""
    found: dict[str, File] = {}
    for resource in package.objects("resources"):
        given = resource.get("path") or []
        for path in given if isinstance(given, list) else [given]:
            name = str(resource.get("name") or path)
            if not isinstance(path, str):
                raise package.fault(f"the path is {short(path)}, not text", name)
            if not _web(path) and path not in found:  # a file elsewhere is not part of the folder
                found[path] = _file(folder, package, resource, path, base)
    return list(found.values())


def _file(folder: Path, package: _Package, resource: dict[str, Any], path: str, base: str) -> File:
    name = str(resource.get("name") or path)
    file = folder / path
    if PurePosixPath(path).is_absolute() or not file.resolve().is_relative_to(folder.resolve()):
        raise package.fault(f"the path {path!r:.80} leads out of the folder; name a file in it", name)
    _files.check_input(file, _files.MOST_TEXT)
    content = file.read_bytes()
    suffix = file.suffix.lower()
    media = resource.get("mediatype") or _MEDIA.get(suffix) or mimetypes.guess_type(path)[0]
    schema = resource.get("schema")
    schema = schema if isinstance(schema, dict) else {}
    rows, everywhere = _content(file, suffix)
    return File(
        name=name,
        path=path,
        address=f"{base}{quote(path)}",
        title=str(resource.get("title") or name),
        description=str(resource.get("description") or ""),
        media_type=str(media or "application/octet-stream"),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        rows=rows,
        fields=tuple(_fields_of(schema)),
        everywhere=everywhere,
    )


def _fields_of(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields that have a name, also those inside a field; in the form of the standard or left out."""
    fields = schema.get("fields")
    named = [one for one in fields if isinstance(one, dict) and one.get("name")] if isinstance(fields, list) else []
    return [one | {"fields": _fields_of(one)} if "fields" in one else one for one in named]


def _content(file: Path, suffix: str) -> tuple[int | None, frozenset[str]]:
    """Return how many rows a table has, or features a collection, and what all features have."""
    if suffix == ".csv":
        rows = sum(1 for row in csv.reader(io.StringIO(_files.read_text(file))) if row)
        return max(rows - 1, 0), frozenset()
    if suffix not in {".json", ".geojson"}:
        return None, frozenset()
    found = _files.read_json(file)
    features = found.get("features") if isinstance(found, dict) else found
    if not isinstance(features, list):
        return None, frozenset()
    held = [{*_members(one, "properties"), *_members(one, "geometry")} for one in features]
    return len(features), frozenset(set.intersection(*held) if held else ())


def _members(feature: Any, name: str) -> dict[str, Any]:
    found = feature.get(name) if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}
