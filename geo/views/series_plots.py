"""Figures of dated polygons for a report, with matplotlib: the change between two dates, and who held how much when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from geo.geometry import antimeridian
from geo.views.drawing import (
    HATCHED,
    draw_graticule,
    draw_scale_bar,
    ground_patch,
    ground_style,
    legend,
    set_frame,
    side,
)
from geo.views.palette import looks
from geo.views.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas
    import pandas as pd
    from matplotlib.axes import Axes

    from geo.layers.transfers import Transfer
    from geo.views.palette import Look

_LEFT, _RIGHT = 0.055, 0.985


def change_figure(
    dates: tuple[str, str],
    held: tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame],
    pieces: geopandas.GeoDataFrame,
    transfers: Sequence[Transfer],
    *,
    language: str | None = None,
) -> Figure:
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

    Raises
    ------
    ClaimsError
        When the language is unknown.
    """
    words = Words(language)
    before, after = dates
    parties = sorted({str(party) for frame in held for party in frame.iloc[:, 0]})
    shown = looks(parties)
    figure = Figure(figsize=(12, 6.6))
    panels = figure.subplots(1, 3, sharey=True).tolist()
    if words.right_to_left:
        panels.reverse()
    frames = [frame for frame in (*held, pieces) if len(frame)]
    if frames and antimeridian.is_parted(np.concatenate([frame.geometry.array for frame in frames])):
        held = (_run_on(held[0]), _run_on(held[1]))
        pieces = _run_on(pieces)
        frames = [frame for frame in (*held, pieces) if len(frame)]
    if frames:
        bounds = np.array([frame.total_bounds for frame in frames])
        (west, south), (east, north) = bounds[:, :2].min(axis=0).tolist(), bounds[:, 2:].max(axis=0).tolist()
        margin = 0.03 * max(east - west, north - south)
        # a map of a whole hemisphere has no true proportions
        box = (west - margin, max(south - margin, -85), east + margin, min(north + margin, 85))
        for axes in panels:
            set_frame(axes, *box)
            draw_graticule(axes, words, 3)
    titles = (*(words("held_on", date=date) for date in dates), words("hatched"))
    for axes, title in zip(panels, titles, strict=True):
        axes.set_title(title, fontsize=9, loc=side(words), parse_math=False)
    for axes, frame in zip(panels[:2], held, strict=True):
        _fill(axes, frame, shown)
    _fill(panels[2], held[1], shown)
    if len(pieces):
        pieces.plot(ax=panels[2], facecolor="none", aspect=None, zorder=3, **HATCHED)
    if frames:
        for axes in panels:
            draw_scale_bar(axes, words)
            axes.set(xlabel="", ylabel="")  # the ticks say it
    figure.subplots_adjust(left=_LEFT, right=_RIGHT, top=0.88, bottom=0.3, wspace=0.05)
    edge = _RIGHT if words.right_to_left else _LEFT
    figure.suptitle(
        words("title_change", before=before, date=after), x=edge, ha=side(words), fontsize=14, weight="bold"
    )
    handles: list[Any] = [ground_patch(shown[party], words("holder", party=words.party(party))) for party in parties]
    handles += [Patch(facecolor="white", label=_passed(words, one), **HATCHED) for one in transfers[:8]]
    _plain(legend(figure, words, handles, edge, 0.24, columns=3))
    _say_ellipsoid(figure, words, edge)
    return figure


def _run_on(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    return frame.set_geometry(antimeridian.run_on(frame.geometry.to_numpy()), crs=4326)


def _fill(axes: Axes, held: geopandas.GeoDataFrame, shown: dict[str, Look]) -> None:
    """Colour the ground by who held it."""
    if len(held):
        for party, rows in held.groupby(held.columns[0]):
            rows.plot(ax=axes, aspect=None, zorder=2, **ground_style(shown[str(party)]))
        held.boundary.plot(ax=axes, color="#555555", linewidth=0.5, aspect=None, zorder=2)
    axes.set(xlabel="", ylabel="")


def _passed(words: Words, transfer: Transfer) -> str:
    """Return who passed how much to whom."""
    parties = {"from": words.party(transfer.source), "to": words.party(transfer.target)}
    return words("transfer", transfer=words("passed", **parties), area=f"{transfer.quantity.area:,.1f}")


def timeline_figure(
    areas: pd.DataFrame, sigmas: dict[str, list[float]] | None = None, *, language: str | None = None
) -> Figure:
    """Return how much each party held from date to date, as steps.

    Parameters
    ----------
    areas
        Square kilometres, dates down and parties across; dates are real ones, years, or text.
    sigmas
        One standard deviation of each, by party, drawn as a band of 95 %.
    language
        ``en``, ``ar`` or ``he``.

    Raises
    ------
    ClaimsError
        When the language is unknown.
    """
    words = Words(language)
    parties = sorted(areas.columns, key=lambda party: -float(areas[party].to_numpy().max()))
    colours = {party: look.colour for party, look in looks(map(str, parties)).items()}
    dates = areas.index
    numbers = dates.dtype == object and all(text.lstrip("-").isdigit() for text in dates)
    at: Any = np.array([int(text) for text in dates]) if numbers else np.asarray(dates)
    figure = Figure(figsize=(12, 6))
    axes = figure.subplots()
    figure.subplots_adjust(left=_LEFT + 0.02, right=_RIGHT, top=0.9, bottom=0.24)
    for party in parties:
        km2 = areas[party].to_numpy()
        if sigmas and party in sigmas:
            band = 1.96 * np.array(sigmas[party])
            axes.fill_between(
                at, km2 - band, km2 + band, step="post", color=colours[str(party)], alpha=0.25, linewidth=0
            )
        marker = "o" if len(dates) == 1 else ""
        axes.step(at, km2, where="post", color=colours[str(party)], linewidth=2, marker=marker)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.set_ylabel("km²", fontsize=8)
    axes.grid(axis="y", color="#EEEEEE")
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8)
    if dates.dtype == object and not numbers:  # months: one tick each, as far as they have room
        step = -(-len(dates) // 12)
        axes.set_xticks(range(0, len(dates), step), [str(date) for date in dates[::step]])
    edge = _RIGHT if words.right_to_left else _LEFT
    figure.suptitle(words("timeline"), x=edge, ha=side(words), fontsize=14, weight="bold")
    handles: list[Any] = [
        Line2D([], [], color=colours[str(party)], linewidth=2, label=words.party(str(party))) for party in parties[:24]
    ]
    _plain(legend(figure, words, handles, edge, 0.16, columns=6))
    _say_ellipsoid(figure, words, edge)
    return figure


def _say_ellipsoid(figure: Figure, words: Words, edge: float) -> None:
    figure.text(edge, 0.02, words("note_areas"), fontsize=6.5, ha=side(words), va="bottom")


def _plain(made: Any) -> None:
    """Draw names as text, never as mathematics."""
    for text in made.get_texts():
        text.set_parse_math(False)
