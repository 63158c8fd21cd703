"""What every template keeps: its archetype, the content policy, five languages, words that say what they do."""

from __future__ import annotations

import re

import pytest

from . import pages, reviewed
from .tree import PACKAGE, report, shown, template_example, templates, tracked_files

HTML = [template for template in templates() if template.name.endswith(".html")]
LANGUAGE_SUFFIX = re.compile(r"\.(ja|easy|en|zh-hans|ko)\.(html|txt)$")


def test_pages_name_their_archetype() -> None:
    found = [f for page in HTML if pages.is_page(page, HTML) for f in pages.archetype_findings(page)]
    assert not found, report(found)


def test_markup_keeps_the_policy() -> None:
    found = [finding for template in HTML for finding in pages.markup_findings(template)]
    assert not found, report(found)


def test_posted_forms_carry_their_token() -> None:
    found = [finding for template in HTML for finding in pages.post_findings(template)]
    assert not found, report(found)


def test_residents_read_nothing_but_translated_text() -> None:
    staff = pages.staff_templates(HTML)
    shown_as_written = tuple(reviewed.LITERAL_TEMPLATES)
    readable = [t for t in templates() if t.name not in staff and not LANGUAGE_SUFFIX.search(t.name)]
    readable = [t for t in readable if not t.name.startswith(shown_as_written)]
    found = [finding for template in readable for finding in pages.literal_findings(template)]
    assert not found, report(found)


def test_templates_lie_under_the_name_of_their_room() -> None:
    labels = {t.room: t.room.split(".")[-1] for t in templates()}
    found = [
        f"{shown(t.path)}: outside of a folder named after the room"
        for t in templates()
        if "/" not in t.name or not t.name.split("/")[0].endswith(labels[t.room])
    ]
    assert not found, report(found)


def style_findings(name: str, text: str) -> list[str]:
    """Style sheets and scripts of ours that fetch from another host."""
    return [
        f"{name}: {match}" for match in re.findall(r"(?:url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//[^\s)\"']+", text)
    ]


def test_styles_fetch_nothing_from_elsewhere() -> None:
    sheets = [path for path in tracked_files() if path.suffix == ".css" and path.is_relative_to(PACKAGE)]
    found = [finding for path in sheets for finding in style_findings(shown(path), path.read_text(encoding="utf-8"))]
    assert not found, report(found)


# -- good and bad examples -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{# A6 一覧: 課の仕事 #}\n{% extends "design/layouts/staff.html" %}', 0),
        ('{# A12 検証 #}{% extends "design/layouts/public.html" %}', 0),
        ('{% extends "design/layouts/staff.html" %}\n{# A6 一覧 #}', 1),
        ('{# A13 何か #}{% extends "design/layouts/staff.html" %}', 1),
        ('{# list #}{% extends "design/layouts/staff.html" %}', 1),
    ],
)
def test_archetype_examples(text: str, count: int) -> None:
    page = template_example(text)
    assert pages.is_page(page, [page])
    assert len(pages.archetype_findings(page)) == count


def test_layouts_and_parts_are_not_pages() -> None:
    layout = template_example('{% extends "design/base.html" %}', name="design/layouts/staff.html")
    page = template_example('{% extends "design/layouts/staff.html" %}', name="portal_staff/home.html")
    part = template_example("<p>…</p>", name="portal_staff/_row.html")
    everything = [layout, page, part]
    assert [t.name for t in everything if pages.is_page(t, everything)] == ["portal_staff/home.html"]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ('<p class="x">{{ name }}</p>', ""),
        ('<p style="color: red">', "inline style"),
        ("<style>p {}</style>", "inline style"),
        ("<script>go()</script>", "inline script"),
        ("<script src=\"{% static 'design/app.js' %}\" defer></script>", ""),
        ('<script type="application/json">{"a": 1}</script>', ""),
        ('<a onclick="go()" href="/">戻る</a>', "inline handler onclick"),
        ('<div hx-on:click="go()"></div>', "inline handler hx-on:click"),
        ('<a href="javascript:go()">戻る</a>', "javascript: address"),
        ('<img src="https://cdn.example/x.png" alt="">', "address of another host: https://cdn.example/x.png"),
        ('<link href="//fonts.example/a.css">', "address of another host: //fonts.example/a.css"),
        ('<svg xmlns="http://www.w3.org/2000/svg"></svg>', ""),
        ('<img src="/a.png">', "img without alt"),
        ('<img src="/a.png" alt="">', ""),
        ('<input name="a" placeholder="例">', "input with placeholder"),
        ('<textarea name="a" readonly></textarea>', "textarea with readonly"),
        ("<button>送信</button>", "button that does not say what it does: 送信"),
        ('<button type="submit">{% translate "はい" %}</button>', "button that does not say what it does: はい"),
        ('<input type="submit" value="OK">', "button that does not say what it does: OK"),
        ('<button>{% translate "申請する" %}</button>', ""),
        ('<a href="/x/">{% translate "こちら" %}</a>', "link that does not say where it leads: こちら"),
        ('<a href="/x/">詳しくはこちら</a>', "link that does not say where it leads: 詳しくはこちら"),
        ('<a href="/x/">手続の一覧</a>', ""),
        ("{# <script>go()</script> #}{% comment %}<script>go()</script>{% endcomment %}", ""),
    ],
)
def test_markup_examples(text: str, finding: str) -> None:
    found = pages.markup_findings(template_example(text))
    assert found == ([f"example/page.html:1: {finding}"] if finding else [])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('<form method="post">{% csrf_token %}</form>', 0),
        ('<form method="get"></form>', 0),
        ('<form method="post"><input name="a"></form>', 1),
    ],
)
def test_post_examples(text: str, count: int) -> None:
    assert len(pages.post_findings(template_example(text))) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('<h1>{% translate "手続" %}</h1>', 0),
        ("{% blocktranslate with n=n %}{{ n }}件{% plural %}{{ n }}件{% endblocktranslate %}", 0),
        ('{% label "status.received" %}{# 説明 #}{% comment %}説明{% endcomment %}<!-- 説明 -->', 0),
        ('{% button _("申請する") %}{{ name|default:_("なし") }}', 0),
        ("<h1>手続</h1>", 1),
        ('{{ name|default:"なし" }}', 1),
        ('{% button "申請する" %}', 1),
        ('<img src="/a.png" alt="地図">', 1),
        ("{% blocktranslate %}件{% endblocktranslate %}件", 1),
    ],
)
def test_literal_examples(text: str, count: int) -> None:
    assert len(pages.literal_findings(template_example(text))) == count


def test_literals_are_reported_where_they_stand() -> None:
    found = pages.literal_findings(template_example("<p>\n{{ a }}\n\n<b>手続</b>"))
    assert found == ["example/page.html:4: literal text '<b>手続</b>'"]


def test_staff_templates_are_known_by_their_layout_and_users() -> None:
    layout = template_example('{% extends "design/base.html" %}', name="design/layouts/staff.html", room="jichi.design")
    page = template_example(
        '{% extends "design/layouts/staff.html" %}{% include "a/_own.html" %}{% include "a/_shared.html" %}',
        name="a/list.html",
    )
    resident = template_example(
        '{% extends "design/layouts/resident.html" %}{% include "a/_shared.html" %}', name="a/start.html"
    )
    own, shared = template_example("x", name="a/_own.html"), template_example("x", name="a/_shared.html")
    staff = pages.staff_templates([layout, page, resident, own, shared])
    assert staff == {"design/layouts/staff.html", "a/list.html", "a/_own.html"}


def test_style_examples() -> None:
    assert style_findings("a.css", "p { background: url(../a.svg) } /* https://example.org */") == []
    assert len(style_findings("a.css", "p { background: url('https://cdn.example/a.svg') }")) == 1
    assert len(style_findings("a.css", '@import "//cdn.example/a.css";')) == 1
