"""Labels and messages: five languages, plain Japanese within its limits, readings for every kanji."""

from __future__ import annotations

import re

import pytest

from jichi.design import catalogue
from jichi.design.catalogue.of_fields import FIELD_MESSAGES
from jichi.design.catalogue.of_pages import PAGE_MESSAGES
from jichi.design.catalogue.of_parts import PART_MESSAGES
from jichi.design.labels import LABELS, label, text_of
from jichi.design.readings import missing_readings, strip_notation
from jichi.design.statuses import STATUS_LOOKS, key_of
from jichi.kernel.errors import FieldError
from jichi.kernel.localized import LANGUAGES

MESSAGES = {**FIELD_MESSAGES, **PAGE_MESSAGES, **PART_MESSAGES}
FIVE = [key for key in LABELS if not key.startswith("staff.")]
_PLACE = {code: place for place, code in enumerate(LANGUAGES)}
_SAMPLE = {
    "date": "6月12日(金曜日)",
    "at": "午後8時15分",
    "until": "午後3時",
    "saved_at": "午後8時",
    "first": "6月1日",
    "last": "6月3日",
}


def filled(text: str) -> str:
    """A message with believable values, as a page would show it."""
    return re.sub(r"\{(\w+)\}", lambda m: _SAMPLE.get(m[1], "5" if m[1] not in ("label", "name") else "ことば"), text)


@pytest.mark.parametrize("key", FIVE)
def test_a_label_exists_in_five_languages_and_is_not_its_key(key: str) -> None:
    for language in LANGUAGES:
        word = label(key, language)
        assert word.strip() == word
        assert word
        assert word != key


def test_staff_words_are_japanese_whatever_the_language_except_english() -> None:
    assert label("staff.awaiting_decision", "ko") == "決裁待ち"
    assert label("staff.awaiting_decision", "en") == "Awaiting decision"


def test_labels_of_the_status_table() -> None:
    assert label("status.received", "ja") == "受付済"
    assert label("status.correction", "easy") == "直してください"
    assert label("status.in_review", "zh-hans") == "审核中"
    assert label("status.waiting_list", "ko") == "대기"
    assert label("status.received", "fr") == "受付済"


def test_an_unknown_label_is_an_error() -> None:
    with pytest.raises(KeyError):
        label("status.lost")


def test_text_of_takes_a_key_or_a_text() -> None:
    assert text_of("action.continue", "en") == "Continue"
    assert text_of("次の日へ", "en") == "次の日へ"


@pytest.mark.parametrize("code", MESSAGES)
def test_a_message_exists_in_five_languages_with_the_same_placeholders(code: str) -> None:
    japanese = set(re.findall(r"\{(\w+)\}", MESSAGES[code][0]))
    for language in LANGUAGES:
        text = MESSAGES[code][_PLACE[language]]
        assert text
        found = set(re.findall(r"\{(\w+)\}", text))
        assert found <= japanese if language == "easy" else found == japanese, language


def sentences(text: str) -> list[str]:
    return [s for s in re.split(r"(?<=[。!?])", re.sub(r"[((][^))]*[))]", "", text)) if s]


@pytest.mark.parametrize("code", MESSAGES)
def test_japanese_sentences_keep_their_length(code: str) -> None:
    japanese, easy = MESSAGES[code][:2]
    assert max(len(s) for s in sentences(filled(japanese))) <= 60
    assert max(len(s) for s in sentences(filled(easy))) <= 31


@pytest.mark.parametrize("key", [*FIVE, *MESSAGES])
def test_every_kanji_of_plain_japanese_has_a_reading(key: str) -> None:
    text = LABELS[key][1] if key in LABELS else filled(MESSAGES[key][1])
    assert missing_readings(text) == []


@pytest.mark.parametrize("key", [*FIVE, *MESSAGES])
def test_no_blame_and_no_official_politeness(key: str) -> None:
    japanese, easy = (LABELS if key in LABELS else MESSAGES)[key][:2]
    assert not re.search(r"願います|されていません$|申し訳|こちら", japanese)
    assert not re.search(r"いただ|ございま|おります|お待ちください", easy)


def test_a_message_is_filled() -> None:
    said = catalogue.message("field.too_long", "ja", label="使いみち", max=200, now=236)
    assert said == "『使いみち』は200文字以内で入力してください(今は236文字)。"


def test_a_variant_is_taken_when_its_parameter_is_given() -> None:
    assert "午後11時" in catalogue.message("unavailable", "ja", until="午後11時")
    assert "午後" not in catalogue.message("unavailable", "ja")


def test_seconds_are_said_in_minutes_rounded_up() -> None:
    assert "6分間" in catalogue.message("rate_limited", "ja", seconds=301)
    assert "1分間" in catalogue.message("rate_limited", "ja", seconds=5)


def test_an_unknown_code_says_the_general_sentence(caplog: pytest.LogCaptureFixture) -> None:
    assert catalogue.message("no.such", "ja") == catalogue.message("error", "ja")
    assert "no.such" in caplog.text


def test_a_room_cannot_say_something_else_under_a_code_of_the_house() -> None:
    with pytest.raises(ValueError, match="conflict"):
        catalogue.add({"conflict": dict.fromkeys(LANGUAGES, "x")})


def test_a_field_error_names_its_field() -> None:
    assert (
        catalogue.field_message(FieldError("field.required"), label="お名前", language="ja")
        == "お名前を入力してください。"
    )


def test_every_status_has_a_word_a_tone_and_an_icon_of_its_tone() -> None:
    for key, (tone, shape) in STATUS_LOOKS.items():
        assert key in LABELS
        assert tone in {"info", "todo", "done", "error", "neutral"}
        assert shape
    assert key_of("received") == "status.received"
    with pytest.raises(KeyError):
        key_of("lost")


def test_refusals_are_grey_and_never_red() -> None:
    for key in ("status.not_approved", "status.not_selected", "status.on_hold", "status.withdrawn", "status.expired"):
        assert STATUS_LOOKS[key][0] == "neutral"


def test_tones_differ_by_shape_too() -> None:
    shapes: dict[str, set[str]] = {}
    for key, (tone, shape) in STATUS_LOOKS.items():
        if key.startswith("status."):
            shapes.setdefault(shape, set()).add(tone)
    assert {shape: tones for shape, tones in shapes.items() if len(tones) > 1} == {}


def test_notation_is_stripped_for_mail() -> None:
    assert strip_notation("{本人|ほんにん}が書く") == "本人が書く"
