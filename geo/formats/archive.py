"""Zip files without a clock: the same content gives the same bytes."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write(path: Path, contents: Mapping[str, bytes]) -> None:
    """Write a zip file of these contents by name, in their order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # the first that the format knows
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            file.writestr(entry, content)


def settle(path: Path, replaced: Mapping[str, tuple[bytes, bytes]]) -> None:
    """Write a zip file anew without its times, and with a pattern replaced in some of its contents."""
    with zipfile.ZipFile(path) as file:
        contents = {name: file.read(name) for name in file.namelist()}
    for name, (pattern, text) in replaced.items():
        contents[name] = re.sub(pattern, text, contents[name])
    write(path, contents)
