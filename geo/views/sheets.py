"""The sheet that a figure is drawn on: how wide it is printed, how large its type is, and whether it is dark.

A sheet becomes settings of matplotlib while a figure is drawn; whatever is drawn asks them for ink, paper and type.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure

from geo._errors import ClaimsError, unknown

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec

    _P = ParamSpec("_P")

LEAST_POINTS = 6.0  # below it print is not legible
_CM = 2.54  # per inch
_WIDTHS_CM = (6.0, 120.0)
_PLAIN: dict[str, Any] = {
    "text.parse_math": False,  # a dollar in a name begins no formula
    "pdf.fonttype": 42,  # TrueType, as journals ask for; type 3 is refused
    "ps.fonttype": 42,
    "svg.fonttype": "none",  # text stays text, for search and for readers of screens
    "svg.hashsalt": "claims",
}
_DARK = {
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), "#E8EAED"),
    **dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor"), "#15191E"),
    "grid.color": "#333A42",
}
_LIGHT = {"grid.color": "#EEEEEE"}
NARROW = 5.0  # inches; a figure for a column of a page, whose type is smaller
_SMALLER = 0.8
_CONTRAST = 3.0  # of a line to its ground, by WCAG 2.2, 1.4.11


class Style(NamedTuple):
    """What a figure is for."""

    width: float | None  # inches; None: as wide as each kind of figure is by itself
    type_size: float  # 1 for type of 6 to 14 points
    dots: int  # per inch, of a PNG
    height: float | None = None  # inches, at least


STYLES = {
    "screen": Style(None, 1.0, 200),
    "print": Style(17 / _CM, 1.0, 300),
    "slide": Style(40 / 3, 1.4, 144, 7.5),  # 16 to 9
}


class Sheet(NamedTuple):
    """A style, a width in inches that replaces the style's, and whether the paper is dark."""

    style: Style = STYLES["screen"]
    width: float | None = None
    dark: bool = False

    def inches(self, own: float) -> float:
        """Return the width of a figure that is `own` inches wide by itself."""
        return self.width or self.style.width or own

    def text_settings(self) -> dict[Any, Any]:
        """Return the settings of matplotlib for text in files."""
        return dict(_PLAIN)

    def settings(self) -> dict[Any, Any]:
        """Return the settings of matplotlib."""
        return {
            **_PLAIN,
            **(_DARK if self.dark else _LIGHT),
            "font.size": 10 * self.style.type_size * (_SMALLER if 0 < self.inches(NARROW) < NARROW else 1),
            "savefig.dpi": self.style.dots,
        }


class Drawn(Figure):
    """A figure that says in words what it shows."""

    heading: str = ""
    description: str = ""
    dots: int = 200  # per inch, when it is saved
    least_height: float | None = None  # inches


def sheet(*, width_cm: float | None = None, style: str = "screen", dark: bool = False) -> Sheet:
    """Return the sheet for a width in centimetres and a style.

    Raises
    ------
    ClaimsError
        When there is no such style, or no figure can be that wide.

    Examples
    --------
    >>> round(sheet(width_cm=8, style="print").inches(12), 2), sheet().inches(12)
    (3.15, 12)
    """
    if style not in STYLES:
        raise unknown("style", style, list(STYLES))
    low, high = _WIDTHS_CM
    if width_cm is not None and not (math.isfinite(width_cm) and low <= width_cm <= high):
        raise ClaimsError(f"a figure is {low:g} to {high:g} cm wide, not {width_cm:g}; change --width-cm")
    return Sheet(STYLES[style], None if width_cm is None else width_cm / _CM, dark)


def is_dark() -> bool:
    """Tell whether the paper is dark."""
    return _luminance(paper()) < 0.5


def on_sheet(draw: Callable[_P, Drawn]) -> Callable[_P, Drawn]:
    """Draw with the settings of the sheet that is given as ``on``."""

    @functools.wraps(draw)
    def drawn(*args: _P.args, **options: _P.kwargs) -> Drawn:
        given = options.get("on")
        on = given if isinstance(given, Sheet) else Sheet()
        with mpl.rc_context(on.settings()):
            figure = draw(*args, **options)
        figure.dots = on.style.dots
        return figure

    return drawn


def points(size: float) -> float:
    """Return the size of some type, given as that of a sheet of usual type, and legible when printed."""
    return max(LEAST_POINTS, size * type_size())


def type_size() -> float:
    """Return how large type is, 1 being usual."""
    return float(mpl.rcParams["font.size"]) / 10


def ink() -> str:
    """Return the colour of text and frames."""
    return mpl.colors.to_hex(mpl.rcParams["text.color"])


def paper() -> str:
    """Return the colour of the ground that nothing is drawn on."""
    return mpl.colors.to_hex(mpl.rcParams["axes.facecolor"])


def rule() -> str:
    """Return the colour of the grid of a chart."""
    return mpl.colors.to_hex(mpl.rcParams["grid.color"])


def faint(share: float) -> str:
    """Return ink thinned with paper, of which `share` is ink."""
    return _mixed(ink(), paper(), share)


def seen(colour: str) -> str:
    """Return a colour of a line, brought towards the ink as far as it must be to stand out from dark paper.

    On white paper colours stay as the territory has them.
    """
    share = 1.0
    while is_dark() and _contrast(_mixed(colour, ink(), share)) < _CONTRAST and share > 0:
        share -= 0.1
    return _mixed(colour, ink(), max(share, 0.0))


def water(colour: str) -> str:
    """Return the colour of water, which does not outshine the ground on dark paper."""
    return _mixed(colour, paper(), 0.55) if is_dark() else colour


def _mixed(one: str, other: str, share: float) -> str:
    parts = zip(mpl.colors.to_rgb(one), mpl.colors.to_rgb(other), strict=True)
    red, green, blue = (share * a + (1 - share) * b for a, b in parts)
    return mpl.colors.to_hex((red, green, blue))


def _contrast(colour: str) -> float:
    lighter, darker = sorted((_luminance(colour), _luminance(paper())), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Return relative luminance, by WCAG 2.2."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in mpl.colors.to_rgb(colour)
    ]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
