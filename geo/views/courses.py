"""Positions as a map's page has them: whole numbers, each as the step from the one before."""

from __future__ import annotations

from typing import Any

import numpy as np

_MICRODEGREES = 1_000_000


def steps(points: Any) -> list[int]:
    """Return positions in millionths of a degree, each as the step from the previous one.

    Examples
    --------
    >>> steps([(35.5, 33.0), (35.6, 33.1)])
    [35500000, 33000000, 100000, 100000]
    """
    whole = np.rint(np.asarray(points) * _MICRODEGREES).astype(np.int64)
    return [int(number) for number in np.diff(whole, axis=0, prepend=[[0, 0]]).ravel()]
