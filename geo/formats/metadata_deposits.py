"""A dataset for catalogues and archives of files: STAC, Zenodo and DataCite, as JSON."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.formats.dataset import Cited, Dataset

_EXTENSIONS = "https://stac-extensions.github.io"
_SHA256 = "1220"  # what a multihash of SHA-256 begins with: its code and its 32 bytes
_SPDX = "https://spdx.org/licenses/"
_OTHER = "other"  # how STAC 1.1 names a licence without one identifier of SPDX


def stac(found: Dataset) -> dict[str, Any]:
    """Return a dataset as a STAC 1.1 Collection, with its files as assets (extensions: file, version).

    Examples
    --------
    >>> from geo.formats.dataset import describe
    >>> stac(describe(geo.load()))["extent"]["temporal"]
    {'interval': [['1923-03-10T00:00:00Z', None]]}
    """
    west, south, east, north = found.bbox
    ids = [one.id for one in found.licences if one.id]
    links = [{"rel": "license", "href": one.url, "title": one.title or one.id} for one in found.licences if one.url]
    links += [{"rel": "about", "href": found.url, "title": found.title}] if found.url else []
    links += [{"rel": "via", "href": one.url, "title": one.title} for one in found.based_on if one.url]
    extensions = [f"{_EXTENSIONS}/file/v2.1.0/schema.json"]
    if found.version:
        extensions.append(f"{_EXTENSIONS}/version/v1.2.0/schema.json")
    first = f"{found.first}-01-01"[:10]  # a month or a year counts from its first day
    return {
        "type": "Collection",
        "stac_version": "1.1.0",
        "stac_extensions": extensions,
        "id": found.name,
        "title": found.title,
        "description": f"{found.description}\n\n{found.attribution_and_counts}",
        **({"keywords": list(found.keywords)} if found.keywords else {}),
        "license": ids[0] if len(ids) == len(found.licences) == 1 else _OTHER,
        **({"version": found.version} if found.version else {}),
        **({"created": f"{found.published}T00:00:00Z"} if found.published else {}),
        "providers": [{"name": found.creator, "roles": ["producer", "licensor"]}],
        "extent": {
            "spatial": {"bbox": [[west, south, east, north]]},
            "temporal": {"interval": [[f"{first}T00:00:00Z", None]]},
        },
        "links": links,
        "assets": {
            file.path: {
                "href": file.address if found.url and file.address.startswith(found.url) else f"./{file.address}",
                "type": file.media_type,
                "title": file.title,
                **({"description": file.description} if file.description else {}),
                "roles": ["data"],
                "file:size": file.size,
                "file:checksum": f"{_SHA256}{file.sha256}",
            }
            for file in found.files
        },
    }


def zenodo(found: Dataset) -> dict[str, Any]:
    """Return a dataset as ``.zenodo.json``, the metadata of a deposit (https://developers.zenodo.org).

    Raises
    ------
    ClaimsError
        When the data package states no day of publication.

    Examples
    --------
    >>> from geo.formats.dataset import describe
    >>> made = zenodo(describe(geo.load()))
    >>> made["upload_type"], made["license"]
    ('dataset', 'odbl-1.0')
    """
    west, south, east, north = found.bbox
    east = east + 360 if east < west else east
    middle = (west + east) / 2
    described = [f"<p>{html.escape(found.description, quote=False)}</p>"]
    more = [one.title or one.id for one in found.licences[1:]]
    if more:
        described.append(f"<p>{html.escape('Also licensed as: ' + ', '.join(more), quote=False)}</p>")
    ids = [one.id.lower() for one in found.licences if one.id]
    place = next(iter(found.places.values()))
    return {
        "title": found.title,
        "upload_type": "dataset",
        "description": "".join(described),
        "creators": [{"name": found.creator}],
        **({"keywords": list(found.keywords)} if found.keywords else {}),
        "access_right": "open",
        **({"license": ids[0]} if ids else {}),
        **({"version": found.version} if found.version else {}),
        "publication_date": found.published_for("Zenodo"),
        "notes": found.attribution_and_counts,
        "locations": [
            {
                "place": place,
                "lat": round((south + north) / 2, 4),
                "lon": round(middle - 360 if middle > 180 else middle, 4),
                "description": f"west {west}, south {south}, east {found.bbox[2]}, north {north} degrees (WGS 84)",
            }
        ],
        "dates": [{"start": f"{found.first}-01-01"[:10], "type": "Valid", "description": "Control is known from here"}],
        "related_identifiers": [
            {"identifier": one.url, "relation": "isDerivedFrom", "resource_type": "other"}
            for one in found.based_on
            if one.url
        ],
        **({"references": [_reference(one) for one in found.sources]} if found.sources else {}),
    }


def _reference(one: Cited) -> str:
    """Return a source as one line of a bibliography."""
    when = f" ({one.date})" if one.date else ""
    return " ".join(
        filter(None, (f"{one.publisher}{when}: {one.title}." if one.publisher else f"{one.title}.", one.url))
    )


def datacite(found: Dataset) -> dict[str, Any]:
    """Return a dataset in the JSON of DataCite 4.5, as who registers a DOI sends it; without the DOI.

    Raises
    ------
    ClaimsError
        When the data package states no day of publication.

    Examples
    --------
    >>> from geo.formats.dataset import describe
    >>> datacite(describe(geo.load()))["rightsList"][0]["rightsIdentifier"]
    'odbl-1.0'
    """
    west, south, east, north = found.bbox
    published = found.published_for("DataCite")
    first = found.languages[0]
    titles = [{"title": found.title, "lang": first}]
    for tag, name in found.titles.items():
        if name != found.title:
            kind = "AlternativeTitle" if tag == first else "TranslatedTitle"
            titles.append({"title": name, "titleType": kind, "lang": tag})
    derived = [(one.url, "IsDerivedFrom") for one in found.based_on]
    cited = [(one.url, "References") for one in found.sources]
    return {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceType": "Dataset of dated boundaries", "resourceTypeGeneral": "Dataset"},
        "creators": [{"name": found.creator, "nameType": "Organizational"}],
        "titles": titles,
        "publisher": {"name": found.creator},
        "publicationYear": published[:4],
        "subjects": [{"subject": word} for word in found.keywords],
        "dates": [
            {"date": published, "dateType": "Issued"},
            {"date": f"{found.first}/", "dateType": "Other", "dateInformation": "Period covered, open at its end"},
        ],
        "language": first,
        **({"url": found.url} if found.url else {}),
        **({"version": found.version} if found.version else {}),
        "rightsList": [
            {
                "rights": one.title or one.id,
                **({"rightsUri": one.url} if one.url else {}),
                **(
                    {
                        "rightsIdentifier": one.id.lower(),
                        "rightsIdentifierScheme": "SPDX",
                        "schemeUri": _SPDX,
                    }
                    if one.id
                    else {}
                ),
            }
            for one in found.licences
        ],
        "descriptions": [
            {"description": found.description, "descriptionType": "Abstract", "lang": first},
            {"description": found.attribution, "descriptionType": "Other", "lang": first},
        ],
        "geoLocations": [
            {
                "geoLocationPlace": next(iter(found.places.values())),
                "geoLocationBox": {
                    "westBoundLongitude": west,
                    "eastBoundLongitude": east,
                    "southBoundLatitude": south,
                    "northBoundLatitude": north,
                },
            }
        ],
        "relatedIdentifiers": [
            {"relatedIdentifier": url, "relatedIdentifierType": "URL", "relationType": relation}
            for url, relation in dict.fromkeys(derived + cited)
            if url
        ],
        "sizes": [f"{count} {what}" for what, count in found.counts.items()],
        "formats": list(dict.fromkeys(file.media_type for file in found.files)),
    }
