"""The records of a set of layers, for checks that go on after the first error."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from geo._errors import ClaimsError
from geo.layers import elevation, tables
from geo.layers import profile as profiles
from geo.layers.layers import Layers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Fault = ClaimsError
# in the place of a profile that cannot be read: any kind is taken
UNREAD = profiles.NEUTRAL._replace(line_kinds={}, place_kinds={})
# what the ids of a file identify
KINDS = {
    "sources.json": "source",
    "zones.csv": "zone",
    "events.csv": "event",
    "lines.geojson": "line",
    "scenarios.csv": "scenario",
}


class Records:
    """All readable records of a folder, and the errors of the others.

    Attributes
    ----------
    path, folder
        The layers, and the folder of curated files in it.
    faults
        Of records that cannot be read.
    profile
        Of the territory; `UNREAD` when it cannot be read.
    """

    def __init__(self, layers: Path) -> None:
        self.path = layers
        self.folder = layers / "curated"
        self.faults: list[Fault] = []
        try:
            self.profile = profiles.read(layers)
        except Fault as error:
            self.faults.append(error)
            self.profile = UNREAD
        self.records = {
            reader.file: self._read(partial(reader, self.folder, self.faults, profile=self.profile), [])
            for reader in tables.READERS
        }
        self.lines: list[tables.Line] = self.records["lines.geojson"]
        self.labels: list[tables.Label] = self.records["labels.geojson"]
        self.places: list[tables.Place] = self.records["places.geojson"]
        self.zones: list[tables.Zone] = self.records["zones.csv"]
        self.routes: list[tables.Route] = self.records["routes.csv"]
        self.bands: list[tables.Band] = self.records["bands.csv"]
        self.grid_points: list[tables.GridPoint] = self.records["grid_points.csv"]
        self.spreads: list[tables.Spread] = self.records["spread.csv"]
        self.comparisons: list[tables.MapComparison] = self.records["comparisons.csv"]
        self.control: list[tables.Control] = self.records["control.csv"]
        self.uncorroborated: list[tables.Uncorroborated] = self.records["uncorroborated.csv"]
        self.views: list[tables.View] = self.records["perspectives.csv"]
        self.test_points: list[tables.TestPoint] = self.records["test_points.csv"]
        self.events: list[tables.Event] = self.records["events.csv"]
        self.figures: list[tables.Figure] = self.records["figures.csv"]
        self.scenarios: list[tables.Scenario] = self.records["scenarios.csv"]
        self._read(partial(elevation.read, self.folder), None)
        self.sources: dict[str, dict[str, Any]] = self._read(partial(tables.read_sources, self.folder), {})

    def _read(self, read: Callable[[], Any], nothing: Any) -> Any:
        try:
            return read()
        except Fault as error:
            self.faults.append(error)
            return nothing

    @cached_property
    def derived(self) -> Layers:
        """The layers as they answer; raises the first error of layers that cannot."""
        return Layers(self.path)

    def references(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield each reference to another file: the file and title of the record, the other file and the id."""
        for reader in tables.READERS:
            refers = {field: column.references for field, column in reader.fields.items() if column.references}
            for record in self.records[reader.file]:
                for field, other in refers.items():
                    value = getattr(record, field)
                    for id_ in (value,) if isinstance(value, str) else value or ():
                        if id_:
                            yield reader.file, title(record), other, id_

    def fault(self, code: str, name: str, feature: str, message: str, vertex: int | None = None) -> Fault:
        """Return a defect of a record in a curated file."""
        return Fault(message, code=code, file=str(self.folder / name), feature=feature, vertex=vertex)


def title(record: Any) -> str:
    """Return what a record is called in messages."""
    return str(getattr(record, "id", None) or getattr(record, "zone", None) or record.line)
