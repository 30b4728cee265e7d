"""What a check finds: errors, warnings and notes, each with its place and a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from geo._errors import ClaimsError

if TYPE_CHECKING:
    from collections.abc import Iterator

ERROR, WARNING, NOTE = "error", "warning", "note"

# what each code of a GeoJSON file means
RULES = {
    "file": "The file cannot be read.",
    "json": "The text is not JSON (RFC 8259).",
    "nan": "NaN and Infinity are no numbers of JSON.",
    "encoding": "A byte order mark stands before the text.",
    "twice": "An object has a member twice.",
    "format": "An object is no GeoJSON object where one has to be.",
    "member": "An object has a member that belongs to another type of object (RFC 7946, 7.1).",
    "crs": "The member crs is no part of RFC 7946.",
    "bbox": "A bounding box is malformed, or does not hold what it bounds.",
    "properties": "A feature has no member properties.",
    "id": "An id is neither text nor number, or is used twice.",
    "geometry": "A feature has no geometry, or one of an unknown type.",
    "unlocated": "A feature has the geometry null.",
    "empty": "A geometry has no positions.",
    "collection": "A geometry collection is nested, or a simpler type would do.",
    "nesting": "Coordinates are nested too deeply or not deeply enough.",
    "position": "A position is malformed, or outside longitude and latitude.",
    "swapped": "Longitude and latitude seem to be swapped.",
    "dimensions": "A position has more than three numbers.",
    "precision": "A coordinate has more decimals than any survey.",
    "short": "A line or ring has too few positions, or no length.",
    "closure": "A ring is not closed.",
    "winding": "A ring runs against the right-hand rule.",
    "repeated": "A position is the same as the one before.",
    "spike": "A line or ring turns back on itself.",
    "antimeridian": "An edge goes round the Earth.",
    "self-intersection": "A line or ring crosses or touches itself, or rings of a polygon cross.",
    "invalid": "A polygon is not valid in OGC Simple Features.",
    "sliver": "A polygon or hole is much longer than wide.",
    "overlap": "Two polygons cover the same ground at the same time.",
    "gap": "Ground between polygons is covered by none.",
    "dangle": "The end of a line in a network meets no other line.",
    "undershoot": "A line ends just short of another.",
    "date": "A value in a column of dates is no date.",
    "period": "A period ends before it starts.",
    "text": "A text holds control characters, such as turn its direction, or half a character.",
    "unfinished": "A check broke off.",
    "reader": "What the reader of a file of another format has to say.",
    "unchecked": "Something was not checked.",
}


class Warned(ClaimsError):  # noqa: N818  # told, not raised
    """A defect that makes a file neither wrong nor a geometry invalid."""


class Noted(ClaimsError):  # noqa: N818  # told, not raised
    """Something that a reader may want to know, and no defect."""


def severity(fault: ClaimsError) -> str:
    """Return ``error``, ``warning`` or ``note``.

    Examples
    --------
    >>> severity(Warned("clockwise")), severity(ClaimsError("not closed"))
    ('warning', 'error')
    """
    return NOTE if isinstance(fault, Noted) else WARNING if isinstance(fault, Warned) else ERROR


def finished(check: Iterator[ClaimsError], name: str, file: str) -> Iterator[ClaimsError]:
    """Yield what a check finds; one that data brings down is a defect too, so that the others go on.

    Parameters
    ----------
    check
        What yields defects.
    name
        What is checked, for the message.
    file
        The file or folder.
    """
    try:
        yield from check
    except ClaimsError as error:
        yield error
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is given, validation ends with a list
        message = f"the check of {name} broke off: {type(error).__name__}: {error}"
        yield ClaimsError(message, code="unfinished", file=file)


class Place(NamedTuple):
    """Where a defect is: file, feature and the line on which that begins."""

    file: str
    feature: str = ""
    line: int | None = None
    number: int | None = None  # of the feature, from 0

    def _made(self, kind: type[ClaimsError], code: str, message: str, vertex: int | None) -> ClaimsError:
        return kind(message, code=code, file=self.file, feature=self.feature, vertex=vertex, line=self.line)

    def fault(self, code: str, message: str, vertex: int | None = None) -> ClaimsError:
        """Return an error here."""
        return self._made(ClaimsError, code, message, vertex)

    def warned(self, code: str, message: str, vertex: int | None = None) -> ClaimsError:
        """Return a warning about this place."""
        return self._made(Warned, code, message, vertex)

    def noted(self, code: str, message: str, vertex: int | None = None) -> ClaimsError:
        """Return a note on this place."""
        return self._made(Noted, code, message, vertex)


class Shape(NamedTuple):
    """A geometry that is well formed, of one of the simple types; a collection has several.

    `first` is the number of its first vertex in the geometry of the feature.
    """

    place: Place
    geometry: Any
    first: int
