"""Building escaped HTML quickly in Python, for components drawn many times on a page."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from jichi.kernel.localized import HTML_LANG, Picked


def esc(value: object) -> str:
    """The value as HTML text; what is already safe stays as it is."""
    return conditional_escape(value)  # type: ignore[arg-type] # Django turns any object into text


def safe(html: str) -> SafeString:
    """Mark HTML that this module's callers have built from escaped parts."""
    return SafeString(html)


def written(text: Picked | str) -> SafeString:
    """What a person typed, a str in Japanese: no ruby over it, its own `lang` on a page of another language."""
    own = HTML_LANG[text.language if isinstance(text, Picked) else "ja"]
    page = HTML_LANG.get(get_language() or "ja", "ja")
    return safe(f"<span data-noruby{attrs(lang=own if own != page else '')}>{esc(str(text))}</span>")


def join(parts: Iterable[str]) -> SafeString:
    """Escaped parts as one piece of HTML."""
    return SafeString("".join(parts))


def attrs(**values: object) -> str:
    """Attributes with a leading space: True gives a bare one, None, False and "" none.

    Underscores become hyphens, so `aria_label` gives `aria-label`; a trailing one is dropped.
    """
    out = []
    for name, value in values.items():
        if value is None or value is False or value == "":
            continue
        key = name.rstrip("_").replace("_", "-")
        out.append(f" {key}" if value is True else f' {key}="{esc(value)}"')
    return "".join(out)
