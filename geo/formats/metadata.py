"""Metadata of a set of layers in the forms that dataset searches, catalogues and archives read.

=============  ====================================================================================
``schema.org``  Dataset as JSON-LD, for search engines: in a page, as ``application/ld+json``
``dcat``        DCAT 3 with the properties of DCAT-AP 3 (SEMIC), as JSON-LD, for open data portals
``stac``        Collection of STAC 1.1 with the files as assets, for catalogues of spatial data
``croissant``   Croissant 1.0 (MLCommons) with the tables as record sets, for machine learning
``zenodo``      ``.zenodo.json``, for a deposit at Zenodo
``datacite``    DataCite 4.5, for who registers a DOI
=============  ====================================================================================

All are made from one :class:`geo.formats.dataset.Dataset`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from geo._errors import unknown
from geo.formats import metadata_deposits, metadata_linked
from geo.formats.dataset import describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.formats.dataset import Dataset
    from geo.layers.layers import Layers

STANDARDS: dict[str, Callable[[Dataset], dict[str, Any]]] = {
    "schema.org": metadata_linked.schema_org,
    "dcat": metadata_linked.dcat,
    "stac": metadata_deposits.stac,
    "croissant": metadata_linked.croissant,
    "zenodo": metadata_deposits.zenodo,
    "datacite": metadata_deposits.datacite,
}


_ALWAYS = ("links", "assets")  # STAC wants them, be there any or not


def document(layers: Layers, standard: str, *, url: str = "") -> dict[str, Any]:
    """Return the metadata of a set of layers in the form of a standard.

    Parameters
    ----------
    layers
        With a ``datapackage.json``.
    standard
        One of :data:`STANDARDS`.
    url
        Where the folder of the layers is on the web; without it, addresses of files are relative to the data package.

    Raises
    ------
    ClaimsError
        When the standard is unknown, or :func:`geo.formats.dataset.describe` raises it; when the standard needs
        something that the data package does not state.

    Examples
    --------
    >>> document(geo.load(), "datacite")["publicationYear"]
    '2026'
    """
    if standard not in STANDARDS:
        raise unknown("standard", standard, list(STANDARDS))
    made = STANDARDS[standard](describe(layers, url))
    return {name: value for name, value in made.items() if value or name in _ALWAYS}


def text(layers: Layers, standard: str, *, url: str = "") -> str:
    """Return the metadata as JSON text; see :func:`document`.

    Examples
    --------
    >>> text(geo.load(), "stac").splitlines()[1]
    ' "type": "Collection",'
    """
    return json.dumps(document(layers, standard, url=url), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
