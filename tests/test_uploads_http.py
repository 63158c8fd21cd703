"""Files nobody should send, through the pages: refused in words, and nothing else on the page is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from jichi.engines.files.tests import hostile

from .browsing import COMING_OF_AGE, Person

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
AOI = "aoi@midori.example"
UNSAFE = "安全を確認できないため、受け取れません"
KIND = "受け取れない種類のファイル"

EXE = b"MZ" + b"\x90\x00" * 300 + b"PE\0\0" + b"\0" * 4000
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BOMB = hostile.archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"\0" * 200_000_000})

FILES = {
    "a program called a photo": ("shashin.jpg", "image/jpeg", EXE),
    "a zip bomb called a document": ("shorui.docx", "application/octet-stream", BOMB),
    "a lying zip bomb": ("shorui.docx", "application/octet-stream", hostile.lying_bomb()),
    "a picture that is a zip too": ("shashin.png", "image/png", hostile.picture("PNG") + hostile.archive({"a.exe": EXE})),
    "a page called a photo": ("shashin.jpg", "image/jpeg", b"<html><script>alert(1)</script></html>"),
    "an svg": ("zu.svg", "image/svg+xml", SVG),
    "an svg called a photo": ("zu.png", "image/png", SVG),
    "a document with macros": (
        "shorui.docm", "application/octet-stream", hostile.office("docx", {"word/vbaProject.bin": b"\0" * 100}),
    ),
    "a pdf with a script": ("shorui.pdf", "application/pdf", hostile.pdf_javascript()),
    "a picture of ten thousand million pixels": ("shashin.png", "image/png", hostile.png_of_huge_size()),
    "nothing": ("kara.pdf", "application/pdf", b""),
}  # fmt: skip


@pytest.fixture
def page_with_a_file(arrive: Arrive) -> Person:
    """The page of the procedure that takes a file, with other questions beside it."""
    person = arrive(as_=AOI)
    person.goto("/procedures/coming-of-age/who/")
    person.go_on()
    where = f"{person.house.origin}/apply/{person.path.split('/')[2]}/q/support_details/"
    person.page.goto(where)
    if person.page.url != where:
        person.answer_all(COMING_OF_AGE, until="/q/support_details/")
    while person.page.locator("main button[name=remove]").count():
        person.page.locator("main button[name=remove]").first.click()
        person.page.wait_for_load_state()
    return person


@pytest.mark.parametrize("what", FILES)
def test_what_is_not_taken_says_so_and_keeps_the_rest(page_with_a_file: Person, what: str) -> None:
    person = page_with_a_file
    name, kind, data = FILES[what]
    where = person.path
    words = f"電動車いすを使います。({what})"
    person.give({"interpreter_language": "korean", "support_text": words})
    person.page.set_input_files("[name=support_document]", {"name": name, "mimeType": kind, "buffer": data})
    person.go_on()
    error = person.page.locator(".field.wrong .error")
    if what == "a picture that is a zip too" and not error.count():
        # Re-encoded: what was behind the picture is gone.
        person.page.goto(f"{person.house.origin}{where}")
        stored = person.page.request.get(
            person.house.origin + str(person.page.locator(".files a").first.get_attribute("href"))
        ).body()
        assert b"a.exe" not in stored
        assert b"PK\x03\x04" not in stored
        return
    assert person.path == where
    assert person.page.title().startswith("エラー: ")
    said = error.first.inner_text()
    assert any(
        words in said
        for words in (UNSAFE, KIND, "大きすぎます", "開けませんでした", "中身がありません", "選んでください")
    ), said
    assert person.page.locator("[name=support_text]").input_value() == words
    assert person.page.locator("[name=interpreter_language]").input_value() == "korean"
    assert person.page.locator(".files li").count() == 0
    # What was typed beside it is saved, too: the page anew has it.
    person.page.goto(f"{person.house.origin}{where}")
    assert person.page.locator("[name=support_text]").input_value() == words


def test_fifty_megabytes_are_refused_and_the_good_file_beside_them_is_kept(
    page_with_a_file: Person, tmp_path: Path
) -> None:
    person = page_with_a_file
    large, small = tmp_path / "ooki.jpg", tmp_path / "chiisai.jpg"
    large.write_bytes(hostile.picture() + b"\0" * 50_000_000)
    small.write_bytes(hostile.picture())
    person.give({"interpreter_language": "korean", "support_text": "車いす"})
    person.page.set_input_files("[name=support_document]", [small, large])
    person.go_on()
    said = person.page.locator(".field.wrong .error").first.inner_text()
    assert "ooki.jpg" in said
    assert "大きすぎます" in said
    assert "chiisai.jpg" in person.page.locator(".files").inner_text()
    assert person.page.locator("[name=support_text]").input_value() == "車いす"
    person.page.locator("main button[name=remove]").first.click()
    person.page.wait_for_load_state()
    assert person.page.locator(".files li").count() == 0
    assert person.page.locator("[name=support_text]").input_value() == "車いす"


def test_too_many_files_are_told_by_their_number(page_with_a_file: Person) -> None:
    person = page_with_a_file
    files = [
        {"name": f"{i}.jpg", "mimeType": "image/jpeg", "buffer": hostile.picture(size=(60 + i, 40))} for i in range(4)
    ]
    person.give({"interpreter_language": "korean"})
    person.page.set_input_files("[name=support_document]", files)
    person.go_on()
    assert "3個まで" in person.page.locator(".field.wrong .error").first.inner_text()


def test_a_photo_comes_back_without_its_place_and_maker(page_with_a_file: Person) -> None:
    person = page_with_a_file
    person.give({"interpreter_language": "korean"})
    photo = {"name": "shashin.jpg", "mimeType": "image/jpeg", "buffer": hostile.photo_with_place()}
    person.page.set_input_files("[name=support_document]", photo)
    where = person.path
    person.go_on()
    person.page.goto(f"{person.house.origin}{where}")
    href = str(person.page.locator(".files a").first.get_attribute("href"))
    answer = person.page.request.get(person.house.origin + href)
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert b"SecretMaker" not in answer.body()
    assert b"private comment" not in answer.body()
