"""Pages of a static site: templates of ``static/site`` filled with texts, every value escaped."""

from __future__ import annotations

import importlib.resources
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
from markupsafe import Markup

from geo.views.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.layers.layers import Layers

FILES = ("style.css", "search.js")  # those that pages share
_WEB = ("https://", "http://")


class Cell(NamedTuple):
    """A cell of a table: its text, where it links to, what it is, its language if not the page's, its anchor.

    `label` is what its link is called for those who do not see the table.
    """

    text: str
    href: str = ""
    number: bool = False
    date: bool = False
    lang: str = ""
    id: str = ""
    label: str = ""


class Table(NamedTuple):
    """Headings of columns, and rows of cells."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class Source(NamedTuple):
    """A source as it is listed; only addresses of the web become links."""

    text: str
    href: str
    grade: str
    lang: str


def static(name: str) -> str:
    """Return a file of the site as text."""
    return (importlib.resources.files("geo.views") / "static" / "site" / name).read_text(encoding="utf-8")


class Pages:
    """The pages of a site in one language.

    Parameters
    ----------
    layers
        With a ``datapackage.json``.
    language
        One of the profile's.
    """

    def __init__(self, layers: Layers, language: str) -> None:
        self.words = Words(language, layers.profile)
        self.language, self.first = language, layers.profile.languages[0].tag
        self._profile = layers.profile
        self._with_places = bool(layers.curated_places)
        self._environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(static), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=False
        )

    @property
    def folder(self) -> str:
        """The folder of this language's pages; the first language's are at the top."""
        return folder(self.language, self.first)

    def page(self, template: str, path: str, title: str, **values: Any) -> str:
        """Return a page.

        Parameters
        ----------
        template
            A file of ``static/site``.
        path
            Where the page goes, within the folder of its language.
        title
            Its title.
        **values
            What the template takes besides.
        """
        profile = self._profile
        depth = f"{self.folder}{path}".count("/")
        return self._environment.get_template(template).render(
            words=self.words,
            language=self.language,
            languages=[(one.tag, one.label) for one in profile.languages],
            folders={one.tag: folder(one.tag, self.first) for one in profile.languages},
            folder=self.folder,
            first=self.first,
            root="../" * depth,
            page=path,
            with_places=self._with_places,
            site=self.words.name(profile.title),
            title=title,
            attribution=profile.attribution,
            licence=profile.licence,
            **values,
        )

    def cell(self, text: str | None, *, href: str = "", lang: str = "") -> Cell:
        """Return a cell of text, with its language where that is not the page's."""
        return Cell(text or "", href, lang="" if lang == self.language else lang)

    def number(self, text: str) -> Cell:
        """Return a cell of a number."""
        return Cell(text, number=True)

    def date(self, text: str | None) -> Cell:
        """Return a cell of a date."""
        return Cell(text or "", date=True)

    def source(self, record: dict[str, Any]) -> Source:
        """Return a source as it is listed."""
        title, publisher = record.get("title") or "", record.get("publisher") or record.get("container-title") or ""
        parts = [[*part, ""][0] for part in record.get("issued", {}).get("date-parts", [])[:1]]
        text = ", ".join(filter(None, [str(title), str(publisher), str(record.get("number") or ""), *map(str, parts)]))
        url = str(record.get("URL") or "")
        grade = record.get("grade")
        return Source(
            text, url if url.startswith(_WEB) else "", self.words(f"grade_{grade}") if grade else "", self.first
        )


def folder(language: str, first: str) -> str:
    """Return the folder of a language's pages."""
    return "" if language == first else f"{language}/"


def script(value: Any) -> Markup:
    """Return JSON for a script element, which no text in it can close."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704
