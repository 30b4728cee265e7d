"""The columns of curated files: how a cell is read and checked, and its description as a Table Schema.

A record declares its columns in its types, ``zone: Annotated[str, Text("Id in zones.csv", references="zones.csv")]``.
Readers, errors, codebook and data package all use this one declaration. The module needs only the standard library:
every small command reads tables, and importing a validation library would take longer than reading them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from geo import dates
from geo.layers import forms
from geo.layers.values import HUGE, is_number, short

if TYPE_CHECKING:
    from geo._errors import ClaimsError
    from geo.layers.profile import Profile
    from geo.layers.rows import Row

_REQUIRED: Any = object()


class Column:
    """A column of a table or a property of a feature.

    Parameters
    ----------
    description
        What it holds, as shown in the data package and in errors.
    words
        The values allowed, if only some are.
    blank
        Value of an empty cell; without it, cells must be filled.
    references
        File whose ids it holds.
    sparse
        Whether a feature without a value goes without the property when a file is written; else it is null or empty.
    """

    type = "string"  # in a Table Schema
    code = "value"  # of its errors

    def __init__(
        self,
        description: str,
        *,
        words: tuple[str, ...] = (),
        blank: Any = _REQUIRED,
        references: str = "",
        sparse: bool = False,
    ) -> None:
        self.description = description
        self.words = words
        self.blank = blank
        self.references = references
        self.sparse = sparse

    @property
    def required(self) -> bool:
        """Whether cells must be filled."""
        return self.blank is _REQUIRED

    def columns(self, name: str, profile: Profile) -> dict[str, Column]:
        """Return the columns of the file that hold the value, by name; names and positions have several."""
        del profile  # only names depend on it
        return {name: self}

    def constraints(self) -> dict[str, Any]:
        """Return the constraints on a cell, as in Table Schema."""
        return {}

    def read(self, row: Row, name: str) -> Any:
        """Return the value in a row, or raise the error."""
        cell = self.plain(row.values.get(name))
        if cell is None:
            if self.required:
                raise row.fault(f"{name} is missing; needed: {self._needed}", code="missing")
            return self.blank
        return self._value(row, name, cell)

    def plain(self, cell: Any) -> Any:
        """Return a cell as it is written in a curated file, whatever program wrote it; None for an empty one.

        What is no value of the column comes back as it is, for :meth:`read` to refuse.
        """
        return None if forms.is_blank(cell) else self._plain(cell)

    def _plain(self, cell: Any) -> Any:
        return forms.text(cell)

    def _value(self, row: Row, name: str, cell: Any) -> Any:
        raise NotImplementedError

    def _not(self, row: Row, name: str, cell: Any, wanted: str) -> ClaimsError:
        return row.fault(f"{name} is {short(cell)}, not {wanted}; needed: {self._needed}", code=self.code)

    @property
    def _needed(self) -> str:
        return self.description[:1].lower() + self.description[1:]


class Text(Column):
    """Text."""

    def constraints(self) -> dict[str, Any]:
        """Return its words as ``enum``, if there are any."""
        return {"enum": list(self.words)} if self.words else {}

    def _value(self, row: Row, name: str, cell: Any) -> str:
        if not isinstance(cell, str):
            raise self._not(row, name, cell, "text")
        if self.words and cell not in self.words:
            raise row.fault(f"{name} is {short(cell)}; write one of {', '.join(self.words)}")
        return cell


class Known(Text):
    """The id of something in the territory profile: a ``party``, a ``line kind`` or a ``place kind``."""

    def __init__(self, description: str, what: str) -> None:
        super().__init__(description)
        self.what = what

    def _value(self, row: Row, name: str, cell: Any) -> str:
        id_ = super()._value(row, name, cell)
        if message := row.profile.check(self.what, id_):
            raise row.fault(f"{name}: {message}", code="vocabulary")
        return id_


class Identifier(Column):
    """Small letters, digits and underscores, since ids become file names."""

    def constraints(self) -> dict[str, Any]:
        """Return the pattern of an id."""
        return {"pattern": "[a-z0-9_]+"}

    def _value(self, row: Row, name: str, cell: Any) -> str:
        if not isinstance(cell, str):
            raise self._not(row, name, cell, "text")
        if not re.fullmatch("[a-z0-9_]+", cell):
            plain = re.sub("[^a-z0-9_]+", "_", cell.lower()).strip("_")
            better = f"; write {plain:.60}" if plain else ""
            raise row.fault(f"{name} {short(cell)} has more than small letters, digits and underscores{better}")
        return cell


class Words(Column):
    """A list of words: a JSON array, or in a table words separated by spaces."""

    def constraints(self) -> dict[str, Any]:
        """Return the pattern of a list of its words, if there are any."""
        word = f"({'|'.join(self.words)})"
        return {"pattern": f"{word}( {word})*"} if self.words else {}

    def _plain(self, cell: Any) -> Any:
        return forms.words(cell) or None

    def _value(self, row: Row, name: str, words: Any) -> tuple[str, ...]:
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise self._not(row, name, words, "a list of words")
        for word in words:
            if self.words and word not in self.words:
                raise row.fault(f"{name} has {short(word)}; write one or more of {', '.join(self.words)}")
        return tuple(words)


class Date(Column):
    """A day, a month or a year; with `day`, only a day."""

    code = "date"

    def __init__(self, description: str, *, day: bool = False, blank: Any = _REQUIRED) -> None:
        super().__init__(description, blank=blank)
        self._day = day

    def constraints(self) -> dict[str, Any]:
        """Return the pattern of a date; whether it is in the calendar is checked when it is read."""
        return {"pattern": "[0-9]{4}-[0-9]{2}-[0-9]{2}" if self._day else "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"}

    def _plain(self, cell: Any) -> Any:
        return forms.day(cell)

    def _value(self, row: Row, name: str, cell: Any) -> str:
        if not isinstance(cell, str) or not dates.is_edtf(cell):
            known = "2024-12-08" if self._day else "2024, 2024-12 or 2024-12-08"
            raise row.fault(f"{name} is {short(cell)}, not a date; write {known}", code=self.code)
        if self._day and len(cell) != len("2024-12-08"):
            raise row.fault(f"{name} is {cell}, not a day; write it as 2024-12-08", code=self.code)
        return cell


class Number(Column):
    """A finite number from `least` to `most`, or greater than `above`; a whole number if `whole`."""

    def __init__(
        self,
        description: str,
        *,
        least: float | None = None,
        most: float | None = None,
        above: float | None = None,
        whole: bool = False,
        blank: Any = _REQUIRED,
    ) -> None:
        super().__init__(description, blank=blank)
        self.type = "integer" if whole else "number"
        self._least, self._most, self._above = least, most, above

    def constraints(self) -> dict[str, Any]:
        """Return the bounds."""
        # version 1 of the standard has no exclusive bounds
        bounds = {"minimum": self._above if self._least is None else self._least, "maximum": self._most}
        return {name: bound for name, bound in bounds.items() if bound is not None}

    def _plain(self, cell: Any) -> Any:
        return forms.number(cell)

    def _value(self, row: Row, name: str, number: Any) -> float:
        if (
            not is_number(number)
            or not abs(number) < HUGE
            or (self.type == "integer" and not isinstance(number, int))
            or (self._least is not None and number < self._least)
            or (self._most is not None and number > self._most)
            or (self._above is not None and number <= self._above)
        ):
            raise self._not(row, name, number, self._wanted)
        return number if self.type == "integer" else float(number)

    @property
    def _wanted(self) -> str:
        kind = "a whole number" if self.type == "integer" else "a number"
        if self._most is not None:
            return f"{kind} from {self._least:g} to {self._most:g}"
        if self._above is not None:
            return f"{kind} above {self._above:g}"
        return kind if self._least is None else f"{kind} of at least {self._least:g}"


class Degrees(Number):
    """Longitude or latitude; in a file of points, taken from the geometry."""

    code = "position"

    def __init__(self, description: str, most: float) -> None:
        super().__init__(description, least=-most, most=most)


class Flag(Column):
    """True or false."""

    type = "boolean"

    def _plain(self, cell: Any) -> Any:
        return forms.flag(cell)

    def _value(self, row: Row, name: str, cell: Any) -> bool:
        if not isinstance(cell, bool):
            raise self._not(row, name, cell, "true or false")
        return cell


class Names(Column):
    """Names in the languages of the profile, one column each; the first language is required."""

    def __init__(self) -> None:
        super().__init__("Names by language")

    def columns(self, name: str, profile: Profile) -> dict[str, Column]:
        """Return a column for each language."""
        del name  # a record has one set of names
        first, *others = profile.languages
        return {
            f"name_{first.tag}": Text(f"Name in {first.label}"),
            **{
                f"name_{other.tag}": Text(f"Name in {other.label}, where known", blank="", sparse=True)
                for other in others
            },
        }

    def read(self, row: Row, name: str) -> dict[str, str]:
        """Return the known names by language, the first language first."""
        columns = self.columns(name, row.profile)
        for key, cell in row.values.items():
            if key.startswith("name_") and key not in columns and not forms.is_blank(cell):
                tag = key.removeprefix("name_")
                cure = f"add {tag} to languages under territory in datapackage.json"
                raise row.fault(f"{key} is in no language of these layers; {cure}", code="vocabulary")
        names = {key.removeprefix("name_"): column.read(row, key) for key, column in columns.items()}
        return {language: text for language, text in names.items() if text}


class OtherNames(Column):
    """A list of names, which may have blanks in them: a JSON array; a feature may be without."""

    def __init__(self, description: str) -> None:
        super().__init__(description, blank=(), sparse=True)

    def _plain(self, cell: Any) -> Any:
        found = forms.strings(cell)
        return [forms.text(name) for name in found] or None if isinstance(found, list) else found

    def _value(self, row: Row, name: str, cell: Any) -> tuple[str, ...]:
        if not isinstance(cell, list) or not all(isinstance(word, str) and word.strip() for word in cell):
            raise self._not(row, name, cell, 'a list of names such as ["Kuneitra"]')
        return tuple(cell)


class Languages(Words):
    """Languages of the profile; a feature may be without."""

    def __init__(self, description: str) -> None:
        super().__init__(description, blank=(), sparse=True)

    def _value(self, row: Row, name: str, words: Any) -> tuple[str, ...]:
        found = super()._value(row, name, words)
        for tag in found:
            if tag not in row.profile.tags:
                known = ", ".join(row.profile.tags)
                raise row.fault(f"{name} has {short(tag)}, no language of these layers; write one or more of {known}")
            if forms.is_blank(row.values.get(f"name_{tag}")):
                raise row.fault(f"{name} has {tag}, but name_{tag} is empty; fill it in, or leave {tag} out")
        return found


class Position(Column):
    """A position, in a column for longitude and one for latitude."""

    def columns(self, name: str, profile: Profile) -> dict[str, Column]:
        """Return a column for longitude and one for latitude."""
        del profile
        return {
            f"{name}_lon": Degrees(f"Longitude of the {self.description}, degrees", 180),
            f"{name}_lat": Degrees(f"Latitude of the {self.description}, degrees", 90),
        }

    def read(self, row: Row, name: str) -> tuple[float, float]:
        """Return longitude and latitude in degrees."""
        lon, lat = (column.read(row, key) for key, column in self.columns(name, row.profile).items())
        return lon, lat


class Course(Column):
    """The vertices of a line, taken from its geometry."""

    def read(self, row: Row, name: str) -> tuple[tuple[float, float], ...]:
        """Return the positions in degrees, or raise the error with the vertex."""
        vertices = row.values.get(name)
        if not isinstance(vertices, list) or len(vertices) < 2:
            raise row.fault("a line needs at least two vertices; add them, or delete the line", code="geometry")
        points = tuple(row.position(value, index) for index, value in enumerate(vertices))
        for index in range(1, len(points)):
            if points[index] == points[index - 1]:
                message = f"vertex {index}: the same as the one before; delete one of them, or run claims format"
                raise row.fault(message, code="geometry", vertex=index)
        return points
