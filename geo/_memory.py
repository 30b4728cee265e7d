"""Control of Python's garbage collector."""

from __future__ import annotations

import contextlib
import gc
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_lock = threading.Lock()
_inside = 0
_enabled = False


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Postpone garbage collection, which many small live objects would trigger again and again.

    It is off for the whole process until the last thread leaves.
    """
    global _inside, _enabled  # noqa: PLW0603  # the collector is global too
    with _lock:
        if not _inside:
            _enabled = gc.isenabled()
            gc.disable()
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _enabled:
                gc.enable()
