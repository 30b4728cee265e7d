"""What the examples in docstrings may count on: the package imported, and a folder of their own to write to."""

import geopandas
import pytest
import shapely

import geo


@pytest.fixture(autouse=True)
def _examples(
    request: pytest.FixtureRequest,
    doctest_namespace: dict[str, object],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if isinstance(request.node, pytest.DoctestItem):
        doctest_namespace["geo"] = geo
        west, east = shapely.box(35.7, 33.0, 35.8, 33.1), shapely.box(35.8, 33.0, 35.9, 33.1)
        doctest_namespace["days"] = geopandas.GeoDataFrame(
            {"date": ["2024-12-07", "2024-12-07", "2024-12-08"], "controller": ["a", "b", "a"]},
            geometry=[west, east, west.union(east)],
            crs=4326,
        )
        monkeypatch.chdir(tmp_path_factory.mktemp("example"))
