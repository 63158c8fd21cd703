"""Style sheet and scripts: size, contrast of every pair in use, nothing inline, licences of what is not ours."""

from __future__ import annotations

import hashlib
import re
from importlib import resources
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
CSS = (HERE / "static/design/jichi.css").read_text(encoding="utf-8")
TOKENS = (HERE / "static/vendor/design-tokens/tokens.css").read_text(encoding="utf-8")
ICONS = (HERE / "static/design/icons.svg").read_text(encoding="utf-8")

_VALUES = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6}|var\(--[\w-]+\))", TOKENS + CSS))


def colour(name: str) -> str:
    """The hex value of a custom property or of a hex itself."""
    while not name.startswith("#"):
        name = _VALUES[name.removeprefix("var(--").removesuffix(")").removeprefix("--")]
    return name


def luminance(hex_: str) -> float:
    parts = [int(hex_[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(colour(a)), luminance(colour(b))), reverse=True)
    return (high + 0.05) / (low + 0.05)


WHITE = "color-neutral-white"
TEXT_PAIRS = [
    *[
        (text, ground)
        for text in ("text", "text-2", "neutral", "action", "visited", "error")
        for ground in ("paper", "ground")
    ],
    ("todo", "paper"),
    ("done", "paper"),
    (WHITE, "action"),
    (WHITE, "action-dark"),
    (WHITE, "error"),
    (WHITE, "color-primitive-red-1000"),
    (WHITE, "color-neutral-solid-gray-800"),
    (WHITE, "color-neutral-solid-gray-700"),
    ("action-dark", "color-primitive-blue-200"),
    ("action-dark", "action-tint"),
    ("text", "color-primitive-yellow-100"),
    ("action", "color-primitive-yellow-100"),
    ("text", "color-primitive-green-50"),
    ("color-primitive-green-900", WHITE),
    ("text-2", "action-tint"),
]


def tones() -> list[tuple[str, str, str, str]]:
    found = re.findall(r"\.t-(\w+) \{ --tone: (.*?); --tint: (.*?); --word: (.*?); \}", CSS)
    assert len(found) == 5
    return found


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_is_readable_on_its_ground(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("name", "tone", "tint", "word"), tones())
def test_words_of_state_are_readable(name: str, tone: str, tint: str, word: str) -> None:
    assert contrast(word, tint) >= 4.5
    assert contrast(word, "paper") >= 4.5
    assert contrast(tone, tint) >= 3
    assert contrast(tone, "paper") >= 3


@pytest.mark.parametrize("colour_of_line", ["line-strong", "action", "error", "done", "todo", "neutral"])
def test_edges_of_controls_are_visible(colour_of_line: str) -> None:
    assert contrast(colour_of_line, "paper") >= 3


@pytest.mark.parametrize("series", re.findall(r"--series: (#\w{6})", CSS))
def test_chart_series_are_visible(series: str) -> None:
    assert contrast(series, "paper") >= 3


def test_focus_is_black_beside_yellow() -> None:
    assert "outline: 4px solid var(--color-neutral-black)" in CSS
    assert contrast("color-neutral-black", "color-primitive-yellow-300") >= 3


def test_the_five_colours_are_those_of_the_design() -> None:
    assert [colour(n) for n in ("action", "todo", "error", "done", "neutral")] == [
        "#0017c1",
        "#c74700",
        "#ce0000",
        "#197a4b",
        "#666666",
    ]


def test_the_style_sheet_stays_small() -> None:
    assert len(CSS.encode()) <= 40_000


def test_a_resident_page_loads_little() -> None:
    loaded = (
        "static/design/jichi.css",
        "static/vendor/design-tokens/tokens.css",
        "static/design/jichi.js",
        "static/design/icons.svg",
    )
    assert sum((HERE / file).stat().st_size for file in loaded) <= 75_000


def test_nothing_comes_from_elsewhere() -> None:
    for file in [*HERE.rglob("static/design/*.*"), *HERE.rglob("templates/**/*.html")]:
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|//cdn", text), file


def test_templates_hold_no_inline_code() -> None:
    for file in HERE.rglob("templates/**/*.html"):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", text), file


def test_gallery_templates_name_their_archetype() -> None:
    for file in HERE.rglob("templates/design/gallery/*.html"):
        assert re.match(r"\{# A\d+ [A-Z]", file.read_text(encoding="utf-8")), file


def test_every_icon_that_is_named_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', ICONS))
    source = "".join(
        file.read_text(encoding="utf-8") for file in [*HERE.glob("*.py"), *HERE.rglob("templates/**/*.html")]
    )
    named = set(re.findall(r'icon\("([\w-]+)"', source)) | set(re.findall(r'{% icon "([\w-]+)"', source))
    from jichi.design.statuses import STATUS_LOOKS

    assert named | {shape for _, shape in STATUS_LOOKS.values()} <= drawn


def test_what_is_not_ours_has_its_licence_beside_it() -> None:
    for folder in (HERE / "static/vendor").iterdir():
        assert (folder / "LICENSE").is_file()
        assert (folder / "VERSION.txt").is_file()


def test_htmx_is_the_file_of_the_installed_django_htmx() -> None:
    ours = (HERE / "static/vendor/htmx/htmx-2.min.js").read_bytes()
    theirs = (resources.files("django_htmx") / "static/django_htmx/htmx-2.min.js").read_bytes()
    assert hashlib.sha256(ours).hexdigest() == hashlib.sha256(theirs).hexdigest()


def test_forced_colours_reduced_motion_and_print_are_cared_for() -> None:
    for rule in (
        "forced-colors: active",
        "prefers-reduced-motion: reduce",
        "@media print",
        "size: A4 portrait; margin: 20mm",
    ):
        assert rule in CSS
