"""Figures of dated polygons for a report, with matplotlib: the change between two dates, and who held how much when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.lines import Line2D

from geo.geometry import antimeridian
from geo.views.animation import Moving
from geo.views.charts import party_line
from geo.views.drawing import (
    TransferPatch,
    draw_graticule,
    draw_scale_bar,
    draw_transfer,
    fit_graticule,
    ground_patch,
    ground_style,
    height_to_width,
    legend,
    set_frame,
    side,
)
from geo.views.layout import Parts, lay_out
from geo.views.palette import looks
from geo.views.plots import looks_of, rows_of, say_nothing
from geo.views.sheets import Drawn, Sheet, faint, on_sheet, points, rule, seen, type_size
from geo.views.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import geopandas
    import pandas as pd
    from matplotlib.axes import Axes

    from geo.layers.transfers import Transfer
    from geo.views.palette import Look

    _Pair = tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame]

_PANELS_INCHES = 4.2  # at most
_MOST = 8  # transfers in the legend


@on_sheet
def change_figure(
    dates: tuple[str, str],
    held: tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame],
    pieces: geopandas.GeoDataFrame,
    transfers: Sequence[Transfer],
    *,
    language: str | None = None,
    on: Sheet = Sheet(),  # noqa: B008
) -> Drawn:
    """Return a figure of who held what on two dates, side by side, and of what changed hands.

    Parameters
    ----------
    dates
        What the two dates are called.
    held
        Who held what on each, the party in the first column; EPSG:4326.
    pieces
        The ground that passed: ``from``, ``to`` and geometry; EPSG:4326.
    transfers
        With their areas in km².
    language
        ``en``, ``ar`` or ``he``.
    on
        The sheet; by itself the figure is 12 inches wide.

    Raises
    ------
    ClaimsError
        When the language is unknown.
    """
    words = Words(language)
    before, after = dates
    parties = sorted({str(party) for frame in held for party in frame.iloc[:, 0]})
    shown = looks(parties)
    shown |= looks(sorted({*parties, *(name for one in transfers for name in (one.source, one.target))}))
    figure = Drawn(figsize=(on.inches(12), 6.6))
    figure.least_height = on.style.height
    anchor: Any = "NE" if words.right_to_left else "NW"
    panels = [figure.add_axes((0, 0, 1, 1), label=name, anchor=anchor) for name in ("before", "after", "changed")]
    held, pieces, box = _framed(held, pieces)
    for axes in panels if box else []:
        set_frame(axes, *box)
        draw_graticule(axes, words)
    last = words("hatched") if transfers else words("nothing")
    titles = (*(words("held_on", date=date) for date in dates), last)
    for axes, title in zip(panels, titles, strict=True):
        axes.set_title(title, fontsize=points(10), loc=side(words))
        axes.set(xlabel="", ylabel="")  # the ticks say it
    for axes, frame in zip(panels, (*held, held[1]), strict=True):
        _fill(axes, frame, {} if axes is panels[2] else shown)
    title = words("title_change", before=before, date=after)
    handles: list[Any] = [ground_patch(shown[party], words("holder", party=words.party(party))) for party in parties]
    told = [_passed(words, one) for one in transfers] or [words("nothing")]
    handles += [
        TransferPatch(*looks_of(shown, one), label) for one, label in zip(transfers[:_MOST], told, strict=False)
    ]
    ratio = height_to_width(panels[0]) if box else 1.0
    parts = Parts(
        title,
        rows_of(panels, figure.get_figwidth(), ratio),
        lambda wide: min(_PANELS_INCHES * type_size(), wide * ratio),
        across=[lambda room: legend(figure, words, handles, room, columns=3)],
        notes=[words("note_areas")],
    )
    lay_out(figure, words, parts)
    for one in transfers:
        ground = pieces.geometry[(pieces["from"] == one.source) & (pieces["to"] == one.target)]
        if len(ground):
            draw_transfer(panels[2], shapely.union_all(np.asarray(ground)), *looks_of(shown, one))
    for axes in panels if box else []:
        fit_graticule(axes, words)
        draw_scale_bar(axes, words)
    if not transfers:
        say_nothing(panels[2], words)
    figure.description = ". ".join((title, *told))
    return figure


def _framed(held: _Pair, pieces: geopandas.GeoDataFrame) -> tuple[_Pair, geopandas.GeoDataFrame, tuple[float, ...]]:
    """Return the ground as one picture, over the antimeridian, too, and the box round it; none where there is none."""
    frames = [frame for frame in (*held, pieces) if len(frame)]
    if frames and antimeridian.is_parted(np.concatenate([frame.geometry.array for frame in frames])):
        held, pieces = (_run_on(held[0]), _run_on(held[1])), _run_on(pieces)
        frames = [frame for frame in (*held, pieces) if len(frame)]
    if not frames:
        return held, pieces, ()
    bounds = np.array([frame.total_bounds for frame in frames])
    (west, south), (east, north) = bounds[:, :2].min(axis=0).tolist(), bounds[:, 2:].max(axis=0).tolist()
    margin = 0.03 * max(east - west, north - south)
    # a map of a whole hemisphere has no true proportions
    return held, pieces, (west - margin, max(south - margin, -85), east + margin, min(north + margin, 85))


def _run_on(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    return frame.set_geometry(antimeridian.run_on(frame.geometry.to_numpy()), crs=4326)


def _fill(axes: Axes, held: geopandas.GeoDataFrame, shown: dict[str, Look]) -> None:
    """Colour the ground by who held it, where looks are given, and draw its edges."""
    if len(held):
        for party, rows in held.groupby(held.columns[0]) if shown else ():
            rows.plot(ax=axes, aspect=None, zorder=2, **ground_style(shown[str(party)]))
        held.boundary.plot(ax=axes, color=faint(0.65), linewidth=0.5, aspect=None, zorder=2)
    axes.set(xlabel="", ylabel="")


def _passed(words: Words, transfer: Transfer) -> str:
    """Return who passed how much to whom."""
    parties = {"from": words.party(transfer.source), "to": words.party(transfer.target)}
    return words("transfer", transfer=words("passed", **parties), area=f"{transfer.quantity.area:,.1f}")


@on_sheet
def timeline_figure(
    areas: pd.DataFrame,
    sigmas: dict[str, list[float]] | None = None,
    *,
    language: str | None = None,
    on: Sheet = Sheet(),  # noqa: B008
) -> Drawn:
    """Return how much each party held from date to date, as steps.

    Parameters
    ----------
    areas
        Square kilometres, dates down and parties across; dates are real ones, years, or text.
    sigmas
        One standard deviation of each, by party, drawn as a band of 95 %.
    language
        ``en``, ``ar`` or ``he``.
    on
        The sheet; by itself the figure is 12 inches wide.

    Raises
    ------
    ClaimsError
        When the language is unknown.
    """
    words = Words(language)
    parties = sorted(areas.columns, key=lambda party: -float(areas[party].to_numpy().max()))
    shown = looks(map(str, parties))
    colours = {party: seen(look.colour) for party, look in shown.items()}
    dates = areas.index
    numbers = dates.dtype == object and all(text.lstrip("-").isdigit() for text in dates)
    at: Any = np.array([int(text) for text in dates]) if numbers else np.asarray(dates)
    figure = Drawn(figsize=(on.inches(12), 6))
    figure.least_height = on.style.height
    axes = figure.add_axes((0, 0, 1, 1), label="timeline")
    for party in parties:
        km2 = areas[party].to_numpy()
        if sigmas and party in sigmas:
            band = 1.96 * np.array(sigmas[party])
            axes.fill_between(
                at, km2 - band, km2 + band, step="post", color=colours[str(party)], alpha=0.25, linewidth=0
            )
        marker = "o" if len(dates) == 1 else ""
        axes.step(at, km2, where="post", color=colours[str(party)], marker=marker, **party_line(shown[str(party)]))
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylabel("km²", fontsize=points(8))
    axes.grid(axis="y", color=rule())
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=points(8))
    if dates.dtype == object and not numbers:  # months: one tick each, as far as they have room
        step = -(-len(dates) // max(2, int(figure.get_figwidth() / type_size())))
        axes.set_xticks(range(0, len(dates), step), [str(date) for date in dates[::step]])
    elif not numbers:
        locator = AutoDateLocator(maxticks=max(3, int(figure.get_figwidth() / type_size() * 0.7)))  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=True))  # type: ignore[no-untyped-call]
    handles: list[Any] = [
        Line2D([], [], color=colours[str(party)], label=words.party(str(party)), **party_line(shown[str(party)]))
        for party in parties[:24]
    ]
    title = words("timeline")
    parts = Parts(
        title,
        [[axes]],
        lambda wide: min(4.0 * type_size(), 0.75 * wide),
        across=[lambda room: legend(figure, words, handles, room, columns=6)],
        notes=[words("note_areas")],
        left=0.75,
        under=0.45,
    )
    lay_out(figure, words, parts)
    last = [
        words("transfer", transfer=words.party(str(one)), area=f"{areas[one].iloc[-1]:,.0f}") for one in parties[:24]
    ]
    figure.description = f"{title}, {dates[0]} to {dates[-1]}. {'; '.join(last)}" if len(dates) else title
    return figure


def timeline_frames(
    days: list[str], at: Any, held: Callable[[int], geopandas.GeoDataFrame], areas: pd.DataFrame, words: Words
) -> Moving:
    """Return what moves in the timeline of a series.

    Parameters
    ----------
    days
        Its dates, as they are written.
    at
        Where they stand in time, and then the end.
    held
        What gives who held what on one of them, by its number.
    areas
        Square kilometres, dates down and parties across.
    words
        In whose language it is.
    """
    shown = looks(map(str, areas.columns))
    bounds = np.array([held(index).total_bounds for index in range(len(days))])
    (west, south), (east, north) = np.nanmin(bounds[:, :2], 0).tolist(), np.nanmax(bounds[:, 2:], 0).tolist()
    margin = 0.03 * max(east - west, north - south)

    def draw(axes: Axes, index: int) -> None:
        _fill(axes, held(index), shown)
        set_frame(axes, west - margin, max(south - margin, -85), east + margin, min(north + margin, 85))
        axes.set(xticks=[], yticks=[])
        draw_scale_bar(axes, words)

    kilometres = {str(party): areas[party].tolist() for party in areas.columns}
    return Moving(days, at, [""] * len(days), kilometres, shown, draw, [words("note_areas")])


def positions(areas: pd.DataFrame) -> Any:
    """Return where the dates of a series stand in time: real dates, or their number; and then the end of the last."""
    dates = areas.index
    at = np.arange(len(dates) + 1) if dates.dtype == object else np.asarray(dates, dtype="datetime64[D]")
    if dates.dtype == object:
        return at
    step = at[-1] - at[-2] if len(at) > 1 else np.timedelta64(1, "D")
    return np.append(at, at[-1] + step)
