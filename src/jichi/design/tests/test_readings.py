"""Ruby: right readings, nothing where it must not be, nothing guessed."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from jichi.design.middleware import RubyMiddleware
from jichi.design.readings import add_ruby, missing_readings


def read(html: str) -> str:
    """漢字[かんじ] for each ruby."""
    return re.sub(r"<ruby>(.*?)<rp>\(</rp><rt>(.*?)</rt><rp>\)</rp></ruby>", r"\1[\2]", add_ruby(html))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("手続きをする", "手続[てつづ]きをする"),
        ("6月12日(金曜日)", "6月[がつ]12日[にち](金曜日[きんようび])"),
        ("1月1日", "1月[がつ]1日[ついたち]"),
        ("4月20日", "4月[がつ]20日[はつか]"),
        ("1日かかります", "1日[にち]かかります"),
        ("3日間", "3日[みっか]間[かん]"),
        ("2人と12人", "2人[ふたり]と12人[にん]"),
        ("3か月", "3か月[げつ]"),
        ("30分と5分", "30分[ぷん]と5分[ふん]"),
        ("3階と5階", "3階[がい]と5階[かい]"),
        ("1,300円", "1,300円[えん]"),
        ("午後5時30分", "午後[ごご]5時[じ]30分[ぷん]"),
        ("(水)", "(水[すい])"),
        ("申請者と再申請", "申請者[しんせいしゃ]と再申請[さいしんせい]"),
        ("審査中です", "審査中[しんさちゅう]です"),
        ("もう一度送る", "もう一度[いちど]送[おく]る"),
        ("{本人|ほんにん}が書く", "本人[ほんにん]が書[か]く"),
        ("{二十歳|はたち}のつどい", "二十歳[はたち]のつどい"),
        ("12日", "12日[にち]"),
    ],
)
def test_readings(text: str, expected: str) -> None:
    # a digit before the ruby belongs to it only where the reading covers it
    assert re.sub(r"\d+(?=[^\d\[]+\[)", "", read(text)) == re.sub(r"\d+(?=[^\d\[]+\[)", "", expected)


def test_a_number_with_its_own_reading_is_covered_whole() -> None:
    assert "<ruby>2人<rp>(</rp><rt>ふたり</rt>" in add_ruby("2人")
    assert "12<ruby>人<rp>(</rp><rt>にん</rt>" in add_ruby("12人")


@pytest.mark.parametrize(
    "html",
    [
        "<title>手続き</title>",
        "<script>手続</script>",
        "<style>手続</style>",
        "<option>手続き</option>",
        "<textarea>手続き {漢字|かんじ}</textarea>",
        '<span data-noruby="">緑山 花子</span>',
        '<ul data-noruby><li><a href="/">日本語</a><ul><li>日本</li></ul></li></ul>',
        "<svg><text>手続</text></svg>",
        "<ruby>手続<rt>てつづき</rt></ruby>",
        '<input value="{漢字|かんじ}">',
        "<!-- 手続 -->",
    ],
)
def test_what_must_stay_as_it_is(html: str) -> None:
    assert add_ruby(html) == html


def test_text_after_a_quiet_element_gets_ruby_again() -> None:
    assert add_ruby("<b data-noruby><b>名</b>名</b>名").endswith("</b><ruby>名<rp>(</rp><rt>な</rt><rp>)</rp></ruby>")


def test_notation_leaves_attributes_title_and_options() -> None:
    assert add_ruby('<a aria-label="{本人|ほんにん}">x</a>') == '<a aria-label="本人">x</a>'
    assert add_ruby("<title>{本人|ほんにん}</title>") == "<title>本人</title>"
    assert add_ruby("<option>{本人|ほんにん}</option>") == "<option>本人</option>"


def test_a_compound_of_single_kanji_is_not_guessed() -> None:
    assert missing_readings("鯨図") == ["鯨図"]
    assert read("店町") == "店町"


def test_missing_readings_are_found_before_and_after_ruby() -> None:
    page = "<p>手続きと鯨図</p>"
    assert missing_readings(page) == missing_readings(add_ruby(page)) == ["鯨図"]


@given(st.text(alphabet="手続申請日月人12 <>&;abあア", max_size=40))
def test_ruby_never_loses_text(text: str) -> None:
    html = text.replace("&", "").replace("<", "").replace(">", "")
    bare = re.sub(r"<rp>.*?</rp>|<rt>.*?</rt>|</?ruby>", "", add_ruby(html))
    assert bare == html


def respond(response: HttpResponseBase, language: str) -> HttpResponseBase:
    with translation.override(language):
        return RubyMiddleware(lambda request: response)(RequestFactory().get("/"))


def test_only_html_in_plain_japanese_is_touched() -> None:
    assert b"<ruby>" in respond(HttpResponse("<p>手続き</p>"), "easy").content  # type: ignore[attr-defined]
    assert b"<ruby>" not in respond(HttpResponse("<p>手続き</p>"), "ja").content  # type: ignore[attr-defined]
    csv = respond(HttpResponse("手続き", content_type="text/csv; charset=utf-8"), "easy")
    assert csv.content == "手続き".encode()  # type: ignore[attr-defined]
    stream = respond(StreamingHttpResponse(["<p>手続き</p>".encode()], content_type="text/html"), "easy")
    assert b"".join(stream.streaming_content) == "<p>手続き</p>".encode()  # type: ignore[attr-defined]
