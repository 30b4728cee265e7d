"""Layers as GeoJSON features, by name."""

from __future__ import annotations

import json


def test_features_of_every_layer_have_ids_of_their_own(golan):
    from geo.formats import features

    layers = [*features.names(golan), *(f"control_{day}" for day in golan.key_dates), "fronts_1973-10-25"]
    for layer in layers:
        ids = [feature["id"] for feature in features.features(golan, layer)]
        assert ids, layer
        assert len(ids) == len(set(ids)), layer


def test_the_licence_of_someone_elses_layers_is_theirs(layers):
    package = json.loads((layers / "datapackage.json").read_text())
    package.update(licenses=[{"name": "CC0-1.0"}], attribution="Nobody in particular")
    (layers / "datapackage.json").write_text(json.dumps(package))
    text = json.loads(export_text(layers, "line_a"))
    assert (text["licence"], text["attribution"]) == ("CC0-1.0", "Nobody in particular")
    (layers / "datapackage.json").write_text(json.dumps({"territory": package["territory"]}))
    text = json.loads(export_text(layers, "line_a"))
    assert (text["licence"], text["attribution"]) == ("no licence stated", "no attribution stated")


def export_text(layers, layer):
    from geo.answers import record
    from geo.formats import features

    return features.text(record.Record(layers), layer)
