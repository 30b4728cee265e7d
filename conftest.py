"""Names that the examples in docstrings may use without importing them."""

import pytest

import geo


@pytest.fixture(autouse=True)
def _examples(doctest_namespace: dict[str, object]) -> None:
    doctest_namespace["geo"] = geo
