"""The schemas of ``datapackage.json``, which ``claims build`` writes from the declared columns.

Everything else in the file is written by hand. Parties and kinds of lines and places are those of the territory profile
in the same file; other lists of values (``enum``) are kept when the declarations of :mod:`geo.layers.tables` are
written round them.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from geo import _files
from geo._errors import ClaimsError
from geo.layers import profile as profiles
from geo.layers.columns import Column, Known, Text, Words
from geo.layers.rows import sheet
from geo.layers.tables import GEOMETRY_FILES, READERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo.layers.profile import Profile
    from geo.layers.tables import Reader

_READERS = {f"curated/{reader.file}": reader for reader in READERS}


def vocabulary(layers: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Yield path, column and allowed values of each column with an ``enum`` in the data package.

    Raises
    ------
    ClaimsError
        When the file is not a data package.
    """
    for resource in _package(layers).get("resources", []):
        for column, words in _listed(resource).items():
            yield _path(resource), column, words


def text(layers: Path) -> str | None:
    """Return ``datapackage.json`` with the declared schemas, unchanged if they are current; None without such a file.

    Raises
    ------
    ClaimsError
        When the file is not a data package.
    """
    if not (layers / profiles.PACKAGE).exists():
        return None
    package, profile = _package(layers), profiles.read(layers)
    resources = package.get("resources", [])
    paths = [(_path(resource), resource.get("name")) for resource in resources]
    names = {path.removeprefix("curated/"): name for path, name in paths if path}
    described = [
        resource | _described(_READERS[_path(resource)], layers, _listed(resource), names, profile)
        if _path(resource) in _READERS
        else resource
        for resource in resources
    ]
    if described == resources:
        return _files.read_text(layers / profiles.PACKAGE)
    return json.dumps(package | {"resources": described}, ensure_ascii=False, indent=1) + "\n"


def _package(layers: Path) -> dict[str, Any]:
    path = layers / profiles.PACKAGE
    package = _files.read_json(path)
    if not isinstance(package, dict):
        raise ClaimsError("not a data package", code="format", file=str(path))
    try:
        for resource in package.get("resources", []):
            _listed(resource)
            _check_paths(resource, path)
    except (AttributeError, KeyError, TypeError):
        message = "not a data package; a resource is an object, and its schema has fields with names"
        raise ClaimsError(message, code="format", file=str(path)) from None
    return package


def _check_paths(resource: dict[str, Any], package: Path) -> None:
    """Refuse a path that leads out of the folder, which the standard calls unsafe."""
    given = resource.get("path", "")
    for one in given if isinstance(given, list) else [given]:
        name = str(one)
        parts = {*PurePosixPath(name).parts, *PureWindowsPath(name).parts}
        leads_out = ".." in parts or PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor
        if leads_out or not (package.parent / name).resolve().is_relative_to(package.parent.resolve()):
            message = f"the path {name!r:.80} leads out of the folder; name a file in it"
            raise ClaimsError(message, code="path", file=str(package), feature=str(resource.get("name", "")))


def _path(resource: dict[str, Any]) -> str:
    """Return the path of a resource, empty if it has none or several."""
    path = resource.get("path")
    return path if isinstance(path, str) else ""


def _listed(resource: dict[str, Any]) -> dict[str, list[str]]:
    """Return the ``enum`` values of a resource by column; for features, those of the properties."""
    fields = list(resource.get("schema", {}).get("fields", []))
    fields += [inner for field in fields for inner in field.get("fields", [])]
    enums = {field["name"]: field.get("constraints", {}).get("enum") for field in fields}
    return {name: list(words) for name, words in enums.items() if words}


def _described(
    reader: Reader[Any], layers: Path, listed: dict[str, list[str]], names: dict[str, Any], profile: Profile
) -> dict[str, Any]:
    """Return the schema of a resource and, for GeoJSON, where its rows are."""
    features = reader.file in GEOMETRY_FILES
    columns = _columns(reader, layers, profile)
    known = {name: profile.known(column.what) for name, column in columns.items() if isinstance(column, Known)}
    listed |= {name: ids for name, ids in known.items() if ids}
    fields = [_field(reader, name, column, listed.get(name), names) for name, column in columns.items()]
    keys: list[dict[str, Any]] = []
    if not features:
        keys = [
            {"fields": name, "reference": {"resource": names[column.references], "fields": "id"}}
            for name, column in columns.items()
            if column.references in names and _is_table(column.references) and not isinstance(column, Words)
        ]
    schema = {
        "fields": _feature(fields) if features else fields,
        **({"primaryKey": "id"} if reader.key else {}),
        **({"foreignKeys": keys} if keys else {}),
        "missingValues": [""],
    }
    # so that frictionless reads the features of a collection as rows
    table = {"type": "table", "dialect": {"json": {"property": "features"}}} if features else {}
    return {**table, "schema": schema}


def _columns(reader: Reader[Any], layers: Path, profile: Profile) -> dict[str, Column]:
    """Return the columns of a file, without those that a table may lack and does: a schema has them in every row."""
    columns = reader.columns(profile)
    path = layers / "curated" / reader.file
    if reader.geometry or not path.exists() or not any(column.sparse for column in columns.values()):
        return columns
    header = sheet(path).columns
    return {name: column for name, column in columns.items() if not column.sparse or name in header}


def _feature(properties: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the fields of a GeoJSON feature."""
    return [
        {"name": "type", "type": "string", "description": "Feature", "constraints": {"required": True}},
        {
            "name": "id",
            "type": "string",
            "description": "Identifier, as among the properties",
            "constraints": {"required": True, "unique": True},
        },
        {"name": "properties", "type": "object", "description": "What is known of it", "fields": properties},
        {"name": "geometry", "type": "object", "description": "RFC 7946, EPSG:4326, longitude first"},
    ]


def _is_table(file: str) -> bool:
    """Return whether a foreign key may lead to a file, which frictionless has to read as rows."""
    return file != "sources.json"


def _field(
    reader: Reader[Any], name: str, column: Column, listed: list[str] | None, names: dict[str, Any]
) -> dict[str, Any]:
    """Return the field of a column; lists describe their references in words, as foreign keys hold single values."""
    properties = reader.file in GEOMETRY_FILES
    many = isinstance(column, Words)
    constraints = {
        **({"required": True} if column.required else {}),
        **({"unique": True} if reader.key and name == "id" else {}),
        **({} if many and properties else column.constraints()),
    }
    if listed and isinstance(column, Text):
        constraints.setdefault("enum", listed)
    what, and_, rest = column.description.partition(";")
    refers = column.references in names and (many or properties or not _is_table(column.references))
    return {
        "name": name,
        "type": "array" if many and properties else column.type,
        "description": f"{what}, separated by spaces{and_}{rest}" if many and not properties else column.description,
        **({"references": {"resource": names[column.references], "fields": "id"}} if refers else {}),
        **({"constraints": constraints} if constraints else {}),
    }
