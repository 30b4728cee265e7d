"""The examples of notebooks/from_python.md hold."""

from __future__ import annotations

import doctest
import re

import pytest
from common import ROOT

PATH = ROOT / "notebooks" / "from_python.md"


@pytest.mark.filterwarnings("ignore::geo.ClaimsWarning")
def test_each_example_holds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = "\n".join(re.findall(r"^```python\n(.*?)^```", PATH.read_text(), flags=re.DOTALL | re.MULTILINE))
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(doctest.DocTestParser().get_doctest(text, {}, PATH.stem, str(PATH), 0))
    assert runner.failures == 0
    assert runner.tries > 10
