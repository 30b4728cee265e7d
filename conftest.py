"""What the examples in docstrings may count on: the package imported, and a folder of their own to write to."""

import pytest

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
        monkeypatch.chdir(tmp_path_factory.mktemp("example"))
