"""The page on formats lists what there is."""

from __future__ import annotations

import os

from common import ROOT

from geo.formats import files, schema

PAGE = ROOT / "notebooks" / "formats.md"


def test_the_page_lists_every_column(golan):
    text = PAGE.read_text(encoding="utf-8")
    head, mark, _ = text.partition("*words*, a list joined by blanks; *names*, a list joined by semicolons.\n\n")
    wanted = head + mark + schema.codebook(golan)
    if "RENEW_CODEBOOK" in os.environ:
        PAGE.write_text(wanted, encoding="utf-8")
    assert text == wanted, "run with RENEW_CODEBOOK=1 to write it anew"


def test_the_page_and_the_help_list_every_format():
    text = PAGE.read_text(encoding="utf-8")
    for name, known in files.FORMATS.items():
        assert f"| `{name}` | " in text
        assert all(f"`{ending}`" in text for ending in known.endings), name
