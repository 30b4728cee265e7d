"""The head of a map's page, and the scripts and style sheets that added elements need, embedded for offline use.

Folium's elements link to scripts and style sheets on other hosts, and rely on jQuery and icon fonts that folium's own
page links to. Here each link is replaced by the same file from a package (``folium-offline`` has them by address), and
what an element relies on is embedded only when needed. An address that no package has keeps its link.
"""

from __future__ import annotations

import base64
import functools
import html
import importlib.resources
import re
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin

import folium
from branca.element import Div, Element
from jinja2 import Template

from geo.views import notices, policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from branca.element import Figure

# geopandas' draggable legend links to another version of jQuery UI
_SAME_LIBRARY = {
    "https://code.jquery.com/ui/1.12.1/jquery-ui.js": "https://cdnjs.cloudflare.com/ajax/libs/jqueryui/1.10.2/jquery-ui.min.js"
}
_ARROW = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 19 19"><path d="M14 5h-2v5L6 4 4 6l6 6H5v2h9z"/></svg>'
_PICTURES = {  # images of style sheets that the package lacks: drawn here
    "https://cdnjs.cloudflare.com/ajax/libs/leaflet-minimap/3.6.1/images/toggle.svg": _ARROW,
}

_LINK = re.compile(
    r"""<script\b[^>]*?\bsrc\s*=\s*["'](?P<script>[^"']+)["'][^>]*>\s*</script>"""
    r"""|<link\b[^>]*?\bhref\s*=\s*["'](?P<style>[^"']+)["'][^>]*>"""
)
_JQUERY = re.compile(r"\$\((?!`)|\$\.|\bjQuery\b")
_POPUP = re.compile(r"\$\(`")
_MARKER = re.compile(r"\bL\.(?:[mM]arker|geoJson|realtime|Control\.(?:Draw|Search|Geocoder))\b")
# what shows that an element relies on a file of folium's own page, by folium's name for the file
_COUNTED_ON = (
    ("jquery", _JQUERY),
    ("awesome_markers", re.compile(r"\bL\.AwesomeMarkers\b")),
    ("awesome_markers_css", re.compile(r"\bL\.AwesomeMarkers\b")),
    ("awesome_rotate_css", re.compile(r"\bfa-rotate-(?!0\b)")),
    ("glyphicons_css", re.compile(r"\bglyphicon\b")),
    (
        "awesome_markers_font_css",
        re.compile(r'"prefix": "fa|\bfa[bsr]? fa-|\bfa-(?:solid|regular|brands)\b|\bBeautifyIcon\b'),
    ),
)
# folium forbids readers to enlarge the page
_FIXED_SCALE = re.compile(r",\s*maximum-scale=1\.0,\s*user-scalable=no(?=\")")
# all that a popup needs from jQuery: the first element of some markup
_FIRST_ELEMENT = """
window.$ ??= (markup) => {
    const template = document.createElement("template");
    template.innerHTML = markup;
    return [template.content.firstElementChild];
};
"""
# an element whose script cannot be loaded logs a warning and does not affect the others
_WARN = """
addEventListener("error", (event) => {
    const name = document.currentScript?.dataset.element;
    if (name) {
        event.preventDefault();
        console.warn(`${name} is not drawn: ${event.message}`);
    }
});
"""


def _leaflet(name: str) -> str:
    """Return a file of Leaflet as text."""
    return (importlib.resources.files("xstatic.pkg.leaflet") / "data" / name).read_text(encoding="utf-8")


def _picture(name: str) -> str:
    picture = (importlib.resources.files("xstatic.pkg.leaflet") / "data" / "images" / name).read_bytes()
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


def _leaflet_style() -> str:
    """Return Leaflet's style sheet with its images embedded."""
    return re.sub(r"url\(images/([\w.-]+\.png)\)", lambda match: f"url({_picture(match[1])})", _leaflet("leaflet.css"))


def _script(text: str) -> str:
    """Return a script as an element that its own text cannot close."""
    # a debugger would request the source map
    plain = re.sub(r"^//# sourceMappingURL=\S+", "", text, flags=re.MULTILINE)
    return "<script>" + re.sub("<(?=/script)", r"\\x3c", plain, flags=re.IGNORECASE) + "</script>"


def _style(text: str) -> str:
    """Return a style sheet as an element that its own text cannot close."""
    plain = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", text)
    return "<style>" + re.sub("<(?=/style)", r"\\3c ", plain, flags=re.IGNORECASE) + "</style>"


@functools.cache
def _packaged() -> dict[str, str]:
    """Return the packaged scripts and style sheets by the address that folium links to."""
    from offlinefolium.elements import _res
    from offlinefolium.features import _vres

    return {**_res, **_vres}


def _movable(address: str, text: str) -> str:
    """Return a style sheet that can be moved: each font once, absolute addresses."""
    fonts: set[str] = set()

    def once(match: re.Match[str]) -> str:
        font = re.search(r"base64,([\w+/=]+)", match[0])
        if font is None:
            return match[0]
        again = font[1] in fonts  # the same font under names of older versions
        fonts.add(font[1])
        return "" if again else match[0]

    def absolute(match: re.Match[str]) -> str:
        found = urljoin(address, match["path"])
        if found in _PICTURES:
            found = f"data:image/svg+xml;base64,{base64.b64encode(_PICTURES[found].encode()).decode()}"
        return f'url("{found}")'

    text = re.sub(r"@font-face\s*\{[^}]*\}", once, text)
    return re.sub(r"""url\((?P<mark>["']?)(?!data:|#|%23|https?:)(?P<path>[^"')]+)(?P=mark)\)""", absolute, text)


def _marker_icons() -> str:
    """Return the icons of plain markers, which Leaflet would otherwise look for next to its style sheet."""
    icons = {"iconUrl": "marker-icon.png", "iconRetinaUrl": "marker-icon-2x.png", "shadowUrl": "marker-shadow.png"}
    options = ", ".join(f'{option}: "{_picture(name)}"' for option, name in icons.items())
    return f'L.Icon.Default.imagePath = "";\nL.Icon.Default.mergeOptions({{{options}}});'


class Verbatim(Element):
    """Markup that branca must not treat as a template."""

    _template = Template("{{ this.markup }}")

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.markup = markup


class _Changed(Element):
    """A part of a figure whose text is changed after rendering."""

    def __init__(self, part: Element, change: Callable[[str], str]) -> None:
        super().__init__()
        self.part = part
        self.change = change

    def render(self, **kwargs: Any) -> str:
        return self.change(self.part.render(**kwargs))


def _alone(name: str, text: str) -> str:
    """Return an element's script as a separate one, so that its failure does not stop the next."""
    return f'</script>\n<script data-element="{html.escape(name)}">\n{text}\n</script>\n<script>'


def _below(elements: Iterable[Element]) -> Iterator[Element]:
    for element in elements:
        yield element
        yield from _below(element._children.values())  # noqa: SLF001


class _Head(Verbatim):
    """The last part of the head, which embeds what elements need.

    A figure renders its header after its children, when each has added its parts to header, body and script.
    """

    def __init__(self, markup: str) -> None:
        super().__init__(markup)
        self.inside: set[str] = set()  # a library that is loaded twice loses its plugins
        self.asked = ""  # what the user's elements put into the page, before files take the place of links

    def render(self, **kwargs: Any) -> str:
        figure = cast("Figure", self.get_root())
        pages = [element for element in _below([figure]) if isinstance(element, Page)]
        maps = {page.map for page in pages}
        ours = {element.get_name() for page in pages for element in _below(page.own)}
        texts, asked = [], []
        self.inside.clear()
        for place in (figure.header, figure.html, figure.script):
            for name, part in place._children.items():  # noqa: SLF001
                if isinstance(part, Verbatim) or name in ours:
                    continue
                texts.append((part.part if isinstance(part, _Changed) else part).render(**kwargs))
                asked += [] if name in maps or name == "meta_http" else texts[-1:]
                if name not in maps and not isinstance(part, _Changed):
                    change = functools.partial(_alone, name) if place is figure.script else self._with_files
                    place._children[name] = _Changed(part, change)  # noqa: SLF001
        self.asked = "\n".join(asked)
        guarded = any(isinstance(part, _Changed) for part in figure.script._children.values())  # noqa: SLF001
        return self.markup + self._counted_on("\n".join(texts), guarded=guarded)

    def _counted_on(self, text: str, *, guarded: bool) -> str:
        """Return what elements with this text rely on without linking to it."""
        found = [_script(_WARN)] if guarded else []
        if _MARKER.search(text):
            found.append(_script(_marker_icons()))
        for name, pattern in _COUNTED_ON:
            if pattern.search(text):
                found.append(self._with_files(_link(name)))
        if _POPUP.search(text) and not _JQUERY.search(text):
            found.append(_script(_FIRST_ELEMENT))
        return "".join(found)

    def _with_files(self, text: str) -> str:
        """Return markup with packaged files in place of links to them."""

        def inside(match: re.Match[str]) -> str:
            address = match["script"] or match["style"]
            file = _packaged().get(_SAME_LIBRARY.get(address, address))
            if file is None:
                return match[0]
            if file in self.inside:
                return ""
            self.inside.add(file)
            return _script(file) if match["script"] else _style(_movable(address, file))

        return _LINK.sub(inside, text)


class _Sealed:
    """A figure's template whose page says what it may load and run, and whose work is in it."""

    def __init__(self, template: Template) -> None:
        self.template = template
        self.pages: dict[str, Page] = {}  # by the name of their map

    def render(self, **kwargs: Any) -> str:
        text: str = _FIXED_SCALE.sub("", self.template.render(**kwargs))
        heads = [page.head for page in self.pages.values()]
        tiles = [
            layer.tiles for page in self.pages.values() for layer in page.own if isinstance(layer, folium.TileLayer)
        ]
        inside = {file for head in heads for file in head.inside}
        known = [address for address, file in _packaged().items() if file in inside] if inside else []
        asked = "\n".join(head.asked for head in heads).strip()
        start = text.index("<meta")  # the character set, which has to stand in the first kilobyte
        at = text.index(">", start) + 1
        return f"{text[:at]}\n{policy.meta(text, asked, tiles)}\n{notices.comment(known)}{text[at:]}"


def _outermost(element: Element) -> Figure:
    """Return the figure that becomes the page; one in another is a division of that."""
    root = element.get_root()
    while isinstance(root, Div):
        root = cast("Element", root._parent).get_root()  # noqa: SLF001
    return cast("Figure", root)


def _link(name: str) -> str:
    """Return the link of folium's own page with a name."""
    scripts, styles = dict(folium.Map.default_js), dict(folium.Map.default_css)
    if name in scripts:
        return f'<script src="{scripts[name]}"></script>'
    return f'<link rel="stylesheet" href="{styles[name]}"/>'


def settle(map_: folium.Map) -> None:
    """Give numbers to the elements of a page, instead of their random names.

    Not for a map that users have added to: their scripts may have its name.
    """
    for number, element in enumerate(_below([map_.get_root()])):
        element._id = f"{number:032x}"  # noqa: SLF001
        if isinstance(element, Page):
            element.map = map_.get_name()


class Page(Element):
    """The head of a map's page, as a child of the map: it is added to whatever figure renders the map.

    Parameters
    ----------
    map_
        The map with all our elements; those added later are the user's.
    title
        Title of the page.
    styles, scripts
        Style sheets and scripts in addition to Leaflet's.
    """

    def __init__(self, map_: folium.Map, title: str, styles: Iterable[str], scripts: Iterable[str]) -> None:
        super().__init__()
        self._name = "Page"
        self.map = map_.get_name()
        self.own = list(map_._children.values())  # noqa: SLF001
        map_.default_js = []
        map_.default_css = []
        heads = [f"<title>{html.escape(title)}</title>", *map(_style, (_leaflet_style(), *styles))]
        *scripts, last = map(_script, (_leaflet("leaflet.js"), *scripts))
        self.head = _Head(last)
        self.parts = [*map(Verbatim, (*heads, *scripts)), self.head]
        map_.add_child(self)

    def render(self, **kwargs: Any) -> str:  # noqa: ARG002
        """Add the head to the figure being rendered."""
        figure, header = _outermost(self), cast("Figure", self.get_root()).header
        if not isinstance(figure._template, _Sealed):  # noqa: SLF001
            figure._template = _Sealed(figure._template)  # noqa: SLF001
        figure._template.pages[self.map] = self  # noqa: SLF001
        for index, part in enumerate(self.parts, start=1):  # after the character set, before anything that users add
            header.add_child(part, name=f"page_{index}", index=index)
        return ""
