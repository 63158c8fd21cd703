"""Draws the map on which a point is set. A script fills it in; without one the boxes below it are all there is."""

from __future__ import annotations

from typing import Final

from django.templatetags.static import static
from django.utils.safestring import SafeString

from .catalogue import message
from .fields import MapBox
from .html import attrs, esc, safe
from .render_fields import find_box, icon

_MOVES: Final = ("north", "south", "west", "east")
_STATES: Final = ("none", "asking", "denied", "unavailable", "unsupported", "outside")
_TOWN: Final = '<span lang="ja" data-noruby data-map-word="town"></span>'
_METRES: Final = '<span data-map-word="metres"></span>'


def render_map(box: MapBox, html_id: str) -> str:
    """The map with its buttons and what it says.

    Hidden until its script has something to draw. The browser is asked where it is only when that button is pressed.
    """
    id_ = esc(f"{html_id}-map")
    data = attrs(data_map=box.url, data_lat=f"f-{box.lat}", data_lng=f"f-{box.lng}", data_bounds=",".join(box.bounds))
    moves = "".join(_button(move) for move in _MOVES)
    tools = "".join(_button(what) for what in ("bigger", "smaller", "clear"))
    return safe(
        f'<div class="map" role="group" aria-labelledby="{id_}-title" id="{id_}"{data} hidden>'
        f'<p class="label" id="{id_}-title">{_words("title")}</p><p class="hint" id="{id_}-help">{_words("help")}</p>'
        f'<div class="map-first">{_button("here")}{_town_list(id_)}</div>'
        f'<div class="map-view" role="application" tabindex="0" aria-labelledby="{id_}-title"'
        f' aria-describedby="{id_}-help"></div>'
        f'<div class="map-buttons">{moves}{tools}</div><div class="map-said" role="status">{_said()}</div>'
        f"{_credit()}{_script()}</div>"
    )


def render_shown(url: str, lat: str, lng: str, name: str) -> SafeString:
    """A map that shows one point and changes nothing; hidden without a script: the numbers stand beside it.

    Args:
        url: of the map's data.
        lat, lng: degrees as text.
        name: of the question, read out for the map.
    """
    tools = "".join(_button(what) for what in ("bigger", "smaller"))
    words = attrs(aria_label=message("map.shown", name=name))
    return safe(
        f'<div class="map map-shown"{attrs(data_map=url, data_at=f"{lat},{lng}")} hidden>'
        f'<div class="map-view" role="application" tabindex="0"{words}></div>'
        f'<div class="map-buttons">{tools}</div><div class="map-said">{_said()}</div>{_credit()}{_script()}</div>'
    )


def _credit() -> str:
    source = '<span lang="ja" data-noruby data-map-credit></span>'
    return f'<p class="hint map-credit" hidden>{_words("credit")} {source}</p>'


def _script() -> str:
    return f'<script src="{esc(static("design/map.js"))}" defer></script>'


def _words(name: str) -> str:
    return esc(message(f"map.{name}"))


def _button(what: str) -> str:
    return f'<button class="button b2 small" type="button" data-map-do="{what}"><span>{_words(what)}</span></button>'


def _town_list(id_: str) -> str:
    select = f"{id_}-town"
    return (
        f'<div class="map-town">{find_box(select)}<label for="{select}">{_words("town")}</label><div class="select">'
        f'<select class="input" id="{select}" data-map-town><option value="">{esc(message("select.choose"))}</option>'
        f"</select>{icon('down')}</div></div>"
    )


def _said() -> str:
    """Everything the map can say, hidden but for one."""
    plain = "".join(f'<p data-map-say="{name}" hidden>{_words(name)}</p>' for name in _STATES)
    near = esc(message("map.near", town="#")).replace("#", _TOWN)
    rough = esc(message("map.rough", metres="#")).replace("#", _METRES)
    return f'{plain}<p data-map-say="near" hidden>{near}</p><p data-map-say="rough" hidden>{rough}</p>'
