"""File names on the way in and in the header on the way out."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jichi.engines.files.rules.names import SUFFIXES, content_disposition, safe_filename


@pytest.mark.parametrize(
    ("given_name", "media_type", "safe"),
    [
        ("写真.jpg", "image/jpeg", "写真.jpg"),
        ("写真.HEIC.png", "image/jpeg", "写真.HEIC.jpg"),
        ("evil.pdf.exe", "application/pdf", "evil.pdf.pdf"),
        ("../../etc/passwd", "", "passwd"),
        ("C:\\Users\\花子\\領収書.pdf", "application/pdf", "領収書.pdf"),
        ("photo\u202egpj.exe", "", "photogpj.exe"),
        ("a\r\nSet-Cookie: x=1.pdf", "application/pdf", "aSet-Cookie_ x=1.pdf"),
        ("カ\u3099ク.txt", "", "ガク.txt"),
        ("葛\U000e0100城.pdf", "application/pdf", "葛\U000e0100城.pdf"),
        ("𠮷野家\ue000.csv", "text/csv", "𠮷野家.csv"),
        ("", "application/pdf", "file.pdf"),
        ("...", "", "file"),
        (".htaccess", "", "file.htaccess"),
        ("con.pdf", "application/pdf", "_con.pdf"),
        ("2026.05", "application/pdf", "2026.05.pdf"),
        ("a  b .pdf", "application/pdf", "a b.pdf"),
        ('a<b>"c|?*.png', "image/png", "a_b__c___.png"),
        ("あ" * 200 + ".pdf", "application/pdf", "あ" * 78 + ".pdf"),
    ],
)
def test_names(given_name: str, media_type: str, safe: str) -> None:
    assert safe_filename(given_name, media_type) == safe


NAMES = st.text(max_size=300)
TYPES = st.sampled_from(["", *SUFFIXES])


@given(NAMES, TYPES)
@settings(max_examples=500)
def test_a_safe_name_is_safe(name: str, media_type: str) -> None:
    safe = safe_filename(name, media_type)
    assert safe
    assert len(safe) <= 120
    assert len(safe.encode()) <= 240
    assert not set(safe) & set('/\\<>:"|?*\r\n\0')
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} for c in safe)
    assert unicodedata.is_normalized("NFC", safe)
    assert safe.strip(" .") == safe
    assert safe.endswith(SUFFIXES.get(media_type, ""))


@given(NAMES, TYPES)
@settings(max_examples=500)
def test_making_safe_twice_changes_nothing(name: str, media_type: str) -> None:
    once = safe_filename(name, media_type)
    assert safe_filename(once, media_type) == once


@given(NAMES, TYPES, st.booleans())
@settings(max_examples=300)
def test_the_header_is_plain_ascii_and_gives_the_name_back(name: str, media_type: str, inline: bool) -> None:
    safe = safe_filename(name, media_type)
    header = content_disposition(safe, inline=inline)
    assert header.isascii()
    assert header.isprintable()
    kind, plain, coded = header.split("; ")
    assert kind == ("inline" if inline else "attachment")
    assert plain.count('"') == 2
    assert plain.startswith('filename="')
    assert unquote(coded.removeprefix("filename*=UTF-8''")) == safe


def test_header_of_a_japanese_name() -> None:
    assert content_disposition("申請 2.pdf", inline=False) == (
        "attachment; filename=\"2.pdf\"; filename*=UTF-8''%E7%94%B3%E8%AB%8B%202.pdf"
    )
