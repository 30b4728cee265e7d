"""One fuzzed input: files and a call, as small JSON that the corpus keeps."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path


class Input(NamedTuple):
    """Something to try: which check, the files that it finds, and what is called."""

    target: str
    files: dict[str, bytes]
    call: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Write the files into a folder."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def save(self, folder: Path) -> Path:
        """Save the input into the corpus, under a name that its content gives."""
        files = {}
        for name, content in self.files.items():
            try:
                files[name] = content.decode()
            except UnicodeDecodeError:
                files[name] = {"gzip": base64.b64encode(gzip.compress(content, mtime=0)).decode()}
        text = json.dumps({"target": self.target, "call": self.call, "files": files}, indent=1)
        path = folder / f"{self.target}-{hashlib.sha256(text.encode()).hexdigest()[:10]}.json"
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
        return path


def load(path: Path) -> Input:
    """Return an input of the corpus."""
    found = json.loads(path.read_text(encoding="utf-8"))
    files = {
        name: content.encode() if isinstance(content, str) else gzip.decompress(base64.b64decode(content["gzip"]))
        for name, content in found["files"].items()
    }
    return Input(found["target"], files, found["call"])
