"""A dataset as linked data: schema.org, DCAT and Croissant, as JSON-LD."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.formats.dataset import Cited, Dataset, File

# https://docs.mlcommons.org/croissant/docs/croissant-spec.html, appendix 1
_CROISSANT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{name: f"cr:{name}" for name in ("citeAs", "column")},
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in ("equivalentProperty", "extract", "field", "fileProperty")},
    **{name: f"cr:{name}" for name in ("fileObject", "fileSet", "format")},
    **{name: f"cr:{name}" for name in ("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path")},
    **{name: f"cr:{name}" for name in ("recordSet", "references", "regex", "repeated", "replace")},
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    **{name: f"cr:{name}" for name in ("separator", "source", "subField", "transform")},
}
_TYPES = {"number": "sc:Float", "integer": "sc:Integer", "boolean": "sc:Boolean"}  # of Table Schema; text for all else
_COORDINATES = "coordinates"
_XSD = {4: "gYear", 7: "gYearMonth", 10: "date"}  # by the length of a date
_JSON = "application/json"  # readers of Croissant know no GeoJSON
_THEME = "http://publications.europa.eu/resource/authority/data-theme/"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"
_PUBLIC = "http://publications.europa.eu/resource/authority/access-right/PUBLIC"


def _known(**members: Any) -> dict[str, Any]:
    """Return the members that are known; a trailing underscore of a name is left off."""
    return {name.rstrip("_"): value for name, value in members.items() if value not in ("", None, [], {})}


def _only(found: list[Any]) -> Any:
    """Return the one item of a list, and any other list as it is."""
    return found[0] if len(found) == 1 else found


def schema_org(found: Dataset) -> dict[str, Any]:
    """Return a dataset as a schema.org ``Dataset``, as Google Dataset Search and others read it.

    Examples
    --------
    >>> from geo.formats.dataset import describe
    >>> schema_org(describe(geo.load()))["temporalCoverage"]
    '1923-03-10/..'
    """
    maker = {"@type": "Organization", "name": found.creator}
    west, south, east, north = found.bbox
    names = [name for name in found.titles.values() if name != found.title]
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **_known(
            name=found.title,
            alternateName=names,
            description=found.description,
            url=found.url,
            version=found.version,
            datePublished=found.published,
            keywords=list(found.keywords),
            inLanguage=list(found.languages),
            license=_only([one.url or one.title or one.id for one in found.licences]),
            creditText=found.attribution,
            creator=maker,
            publisher=maker,
        ),
        "isAccessibleForFree": True,
        "spatialCoverage": {
            "@type": "Place",
            "name": _only(list(found.places.values())[:1]),
            "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"},
        },
        "temporalCoverage": f"{found.first}/..",
        **_known(
            size=", ".join(f"{count} {what}" for what, count in found.counts.items()),
            isBasedOn=[_work(one) for one in found.based_on],
            citation=[_work(one) for one in found.sources],
            distribution=[
                {
                    "@type": "DataDownload",
                    **_known(
                        name=file.title,
                        description=file.description,
                        contentUrl=file.address,
                        encodingFormat=file.media_type,
                        contentSize=f"{file.size} B",
                        sha256=file.sha256,
                    ),
                }
                for file in found.files
            ],
        ),
    }


def _work(one: Cited) -> dict[str, Any]:
    publisher = {"@type": "Organization", "name": one.publisher} if one.publisher else None
    known = _known(name=one.title, publisher=publisher, datePublished=one.date, url=one.url)
    return {"@type": "CreativeWork", **known}


def dcat(found: Dataset) -> dict[str, Any]:
    """Return a dataset as a ``dcat:Dataset`` (DCAT 3, W3C 2024) with the properties that DCAT-AP 3 asks for.

    Examples
    --------
    >>> from geo.formats.dataset import describe
    >>> dcat(describe(geo.load()))["dct:temporal"]["dcat:startDate"]
    {'@value': '1923-03-10', '@type': 'xsd:date'}
    """
    first = found.languages[0]
    maker = {"@type": "foaf:Agent", "foaf:name": found.creator}
    titles = {first: found.title} | {tag: name for tag, name in found.titles.items() if tag != first}
    licence = _licence(found)
    rights = {"@type": "dct:RightsStatement", "rdfs:label": found.attribution}
    known = {
        "dcat:version": found.version,
        "dct:issued": _date(found.published) if found.published else None,
        "dcat:landingPage": {"@id": found.url, "@type": "foaf:Document"} if found.url else None,
        "dcat:keyword": [{"@value": word, "@language": first} for word in found.keywords],
        # dct:source would have to be described as a dataset of its own
        "prov:wasDerivedFrom": [{"@id": one.url} for one in found.based_on if one.url],
        "dct:references": [{"@id": url} for url in dict.fromkeys(one.url for one in found.sources) if url],
        "dct:license": licence,
    }
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "geo": "http://www.opengis.net/ont/geosparql#",
            "prov": "http://www.w3.org/ns/prov#",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "spdx": "http://spdx.org/rdf/terms#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@type": "dcat:Dataset",
        "dct:identifier": found.name,
        "dct:title": [{"@value": name, "@language": tag} for tag, name in titles.items()],
        "dct:description": {"@value": found.description, "@language": first},
        **{name: value for name, value in known.items() if value},
        "dct:creator": maker,
        "dct:publisher": maker,
        "dct:language": [{"@id": _language(tag), "@type": "dct:LinguisticSystem"} for tag in found.languages],
        "dct:accessRights": {"@id": _PUBLIC, "@type": "dct:RightsStatement"},
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": found.attribution},
        "dct:conformsTo": {"@id": _WGS84, "@type": "dct:Standard"},
        "dcat:theme": [
            {"@id": _THEME + code, "@type": "skos:Concept", "skos:prefLabel": {"@value": label, "@language": "en"}}
            for code, label in (("REGI", "Regions and cities"), ("INTR", "International issues"))
        ],
        "dct:spatial": {
            "@type": "dct:Location",
            "rdfs:label": [{"@value": name, "@language": tag} for tag, name in found.places.items()],
            "dcat:bbox": {"@value": _wkt(found.bbox), "@type": "geo:wktLiteral"},
        },
        "dct:temporal": {"@type": "dct:PeriodOfTime", "dcat:startDate": _date(found.first)},
        "dcat:distribution": [
            {"@type": "dcat:Distribution"} | _distribution(file, first, licence, rights) for file in found.files
        ],
    }


def _distribution(file: File, language: str, licence: Any, rights: dict[str, Any]) -> dict[str, Any]:
    known = {
        "dct:description": {"@value": file.description, "@language": language} if file.description else None,
        "dct:license": licence,
    }
    return {
        "dct:title": {"@value": file.title, "@language": language},
        **{name: value for name, value in known.items() if value},
        "dct:rights": rights,
        "dcat:accessURL": {"@id": file.address, "@type": "rdfs:Resource"},
        "dcat:downloadURL": {"@id": file.address, "@type": "rdfs:Resource"},
        "dcat:mediaType": {"@id": _MEDIA_TYPES + file.media_type, "@type": "dct:MediaType"},
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }


def _licence(found: Dataset) -> Any:
    """Return the licence; of several the first that is complete, for DCAT-AP takes one."""
    documents = [{"@id": one.url, "@type": "dct:LicenseDocument"} for one in found.licences if one.url]
    named = [{"@type": "dct:LicenseDocument", "rdfs:label": one.title or one.id} for one in found.licences]
    return next(iter([*documents, *named]), None)


def _date(date: str) -> dict[str, str]:
    return {"@value": date, "@type": f"xsd:{_XSD[len(date)]}"}


def _language(tag: str) -> str:
    """Return the address of a language at the Library of Congress, which keeps ISO 639-1 and 639-2."""
    code = tag.split("-", maxsplit=1)[0]
    return f"http://id.loc.gov/vocabulary/iso639-{1 if len(code) == 2 else 2}/{code}"


def _wkt(bbox: tuple[float, float, float, float]) -> str:
    """Return a box as WKT, in two parts where it crosses the antimeridian."""
    west, south, east, north = bbox

    def ring(left: float, right: float) -> str:
        corners = ((left, south), (right, south), (right, north), (left, north), (left, south))
        return f"(({', '.join(f'{lon} {lat}' for lon, lat in corners)}))"

    if west <= east:
        return f"POLYGON {ring(west, east)}"
    return f"MULTIPOLYGON ({ring(west, 180.0)}, {ring(-180.0, east)})"


def croissant(found: Dataset) -> dict[str, Any]:
    """Return a dataset in Croissant 1.0: each file with its digest, and each table as a record set.

    Raises
    ------
    ClaimsError
        When the data package states no day of publication.

    Examples
    --------
    >>> from geo.formats.dataset import describe
    >>> croissant(describe(geo.load()))["recordSet"][0]["field"][0]["source"]
    {'fileObject': {'@id': 'curated/zones.csv'}, 'extract': {'column': 'id'}}
    """
    licences = [one.url or one.title or one.id for one in found.licences]
    return {
        "@context": _CROISSANT | {"@language": found.languages[0]},
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        **_known(
            name=found.title,
            description=found.description,
            license=_only(licences),
            url=found.url or "./",
            version=found.version,
            datePublished=found.published_for("Croissant"),
            keywords=list(found.keywords),
            inLanguage=list(found.languages),
            creator={"@type": "sc:Organization", "name": found.creator},
            citeAs=f"{found.creator} ({found.published[:4]}): {found.title}. Version {found.version}.",
        ),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": file.path,
                **_known(
                    name=file.path,
                    description=f"{file.title}. {file.description}",
                    contentUrl=file.address,
                    contentSize=f"{file.size} B",
                    encodingFormat=_JSON if file.media_type.endswith("+json") else file.media_type,
                    sha256=file.sha256,
                ),
            }
            for file in found.files
        ],
        "recordSet": [_record_set(file) for file in found.files if file.fields],
    }


def _record_set(file: File) -> dict[str, Any]:
    """Return a table as a record set; of a GeoJSON file, what all its features have, as readers take whole columns."""
    columns = list(file.fields)
    nested = [column["fields"] for column in columns if isinstance(column.get("fields"), list)]
    if nested:
        columns = [column for fields in nested for column in fields if column.get("name") in file.everywhere]
    fields = [
        _field(file, column, f"$.features[*].properties.{column['name']}" if nested else "") for column in columns
    ]
    if _COORDINATES in file.everywhere:
        column = {
            "name": _COORDINATES,
            "description": "Of the geometry: degrees, EPSG:4326, longitude first",
            "type": "number",
        }
        fields.append(_field(file, column, f"$.features[*].geometry.{_COORDINATES}") | {"repeated": True})
    known = _known(name=file.name, description=f"{file.title}. {file.description}")
    return {"@type": "cr:RecordSet", "@id": file.name, **known, "field": fields}


def _field(file: File, column: dict[str, Any], path: str) -> dict[str, Any]:
    """Return a column as a field, read by its name or by a path into JSON."""
    name = f"{file.name}/{column['name']}"
    return {
        "@type": "cr:Field",
        "@id": name,
        **_known(
            name=name,
            description=str(column.get("description") or ""),
            dataType=_TYPES.get(str(column.get("type")), "sc:Text"),
            repeated=True if column.get("type") == "array" else None,
        ),
        "source": {
            "fileObject": {"@id": file.path},
            "extract": {"jsonPath": path} if path else {"column": column["name"]},
        },
    }
