"""Draws the portals' navigation from the menu lines that the manifests supply: areas in their fixed order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.safestring import SafeString

from .html import esc, safe
from .labels import LABELS, label
from .render_fields import icon

MAIN_AREAS: Final = (
    "apply",
    "book",
    "pay",
    "ask",
    "living",
    "work",
    "people",
    "services",
    "approvals",
    "figures",
)
"""Top entries of resident and staff portals in the order of journeys §1.2."""

TOOL_AREAS: Final = ("search", "inbox", "my", "help", "account", "sign_in", "sign_out")
"""Right side of the header, in order. A `sign_out` line becomes a POST button."""

_TOOL_ICONS: Final = {
    "search": "search",
    "inbox": "bell",
    "my": "person",
    "help": "question",
    "account": "person",
    "sign_in": "person",
    "sign_out": "exit",
}
_CURRENT: Final = ' aria-current="page"'


def _get(link: Any, name: str) -> Any:
    return link.get(name, "") if isinstance(link, Mapping) else getattr(link, name, "")


def _link(link: Any, *, mark: str = "", more: str = "") -> str:
    here = _CURRENT if _get(link, "current") else ""
    return f'<a href="{esc(_get(link, "url"))}"{here}>{mark}<span>{esc(_get(link, "label"))}{more}</span></a>'


def _grouped(nav: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for link in nav:
        groups.setdefault(_get(link, "area") or "other", []).append(link)
    return groups


def _drop(name: str, rows: str, *, mark: str = "", here: str = "") -> str:
    summary = f"<summary>{mark}<span>{name}</span>{icon('down')}</summary>"
    return f'<li><details class="drop{here}" name="menu">{summary}<ul>{rows}</ul></details></li>'


def _entry(area: str, links: list[Any]) -> str:
    if len(links) == 1:
        return f"<li>{_link(links[0])}</li>"
    key = f"area.{area}"
    name = label(key) if key in LABELS else _get(links[0], "label")
    here = " here" if any(_get(link, "current") for link in links) else ""
    rows = "".join(f"<li>{_link(link)}</li>" for link in links)
    return _drop(esc(name), rows, here=here)


def render_main(nav: Iterable[Any]) -> SafeString:
    """`<li>`s of the main areas; an area with several lines opens as a list. Areas without lines are absent."""
    groups = _grouped(nav)
    order = [*MAIN_AREAS, *(area for area in groups if area not in (*MAIN_AREAS, *TOOL_AREAS, "footer"))]
    return safe("".join(_entry(area, groups[area]) for area in order if area in groups))


def _tool(area: str, links: list[Any], inbox_count: int | None, csrf: str) -> str:
    mark = icon(_TOOL_ICONS[area]) if area in _TOOL_ICONS else ""
    if area == "sign_out":
        return (
            f'<li><form method="post" action="{esc(_get(links[0], "url"))}">'
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{esc(csrf)}">'
            f"<button>{mark}<span>{esc(_get(links[0], 'label'))}</span></button></form></li>"
        )
    if area == "inbox":
        more = f'<span class="badge">({inbox_count})</span>' if inbox_count else ""
        return f"<li>{_link(links[0], mark=mark, more=more)}</li>"
    if len(links) == 1 or area not in ("my", "account", "help"):
        return "".join(f"<li>{_link(link, mark=mark)}</li>" for link in links)
    rows = "".join(f"<li>{_link(link)}</li>" for link in links)
    key = f"area.{area}"
    name = label(key) if key in LABELS else _get(links[0], "label")
    return _drop(esc(name), rows, mark=mark)


def render_tools(nav: Iterable[Any], inbox_count: int | None, csrf: str) -> SafeString:
    """`<li>`s of the right side: search, inbox with its count, my page, sign in or out."""
    groups = _grouped(nav)
    return safe("".join(_tool(area, groups[area], inbox_count, csrf) for area in TOOL_AREAS if area in groups))
