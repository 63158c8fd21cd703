"""Text: storing without loss of glyphs, kana, search folding, writing out."""

from __future__ import annotations

import unicodedata
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.kernel import text
from jichi.kernel.text.variants import _GROUPS

KAMI_OLD = "\ufa19"  # compatibility ideograph of 神
GA_DECOMPOSED = "カ\u3099"
KATSU_IVS = "葛\U000e0100"
YOSHI = "\U00020bb7"  # 𠮷

anything = st.text(max_size=30)


def test_names_keep_their_glyphs() -> None:
    for name in [f"{KAMI_OLD}田", f"{KATSU_IVS}飾", f"{YOSHI}野", "髙橋", "﨑山", "①", "Ｊ"]:
        assert text.normalise_name(name) == name
    assert unicodedata.normalize("NFC", KAMI_OLD) != KAMI_OLD


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" 山田 花子 ", "山田　花子"),
        ("山田　　花子", "山田　花子"),
        ("山田\t花子\u200b", "山田　花子"),
        ("JOHN  SMITH", "JOHN　SMITH"),
        (f"{GA_DECOMPOSED}{KAMI_OLD}{GA_DECOMPOSED}", f"ガ{KAMI_OLD}ガ"),
        ("Zoe\u0308", "Zoë"),
        ("", ""),
        ("　", ""),
    ],
)
def test_names_are_composed_and_parted_by_one_wide_space(typed: str, stored: str) -> None:
    assert text.normalise_name(typed) == stored


@given(anything)
def test_normalising_twice_changes_nothing(value: str) -> None:
    for normalise in (text.normalise_name, text.normalise_input, text.normalise_text, text.fold_for_search):
        once = normalise(value)
        assert normalise(once) == once


def test_other_input_loses_its_width_and_free_text_does_not() -> None:
    assert text.normalise_input(" Ａ－１０１\u3000①㈱\n") == "A-101 1(株)"
    assert text.normalise_text("①と㈱  \r\n\r\nＡ\x00\u202e\n\n") == "①と㈱\n\nＡ"


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ("", 0),
        ("山田", 2),
        (KATSU_IVS, 1),
        (YOSHI, 1),
        (GA_DECOMPOSED, 1),
        ("か\u309a", 1),
        (f"{KATSU_IVS}{KATSU_IVS}区", 3),
        ("a\u0301", 1),
    ],
)
def test_characters_are_counted_as_people_do(value: str, count: int) -> None:
    assert text.count_characters(value) == count


@pytest.mark.parametrize(
    ("value", "katakana", "hiragana"),
    [
        ("やまだ", "ヤマダ", "やまだ"),
        ("ヤマダ", "ヤマダ", "やまだ"),
        ("ﾔﾏﾀﾞ", "ヤマダ", "やまだ"),
        ("ﾊﾟｰﾃｨｰ", "パーティー", "ぱーてぃー"),
        ("ゔぁいおりん", "ヴァイオリン", "ゔぁいおりん"),
        ("いすゞ", "イスヾ", "いすゞ"),
        ("山田A１", "山田A１", "山田A１"),
        ("か\u3099", "ガ", "が"),
        ("", "", ""),
    ],
)
def test_kana_both_ways(value: str, katakana: str, hiragana: str) -> None:
    assert text.to_katakana(value) == katakana
    assert text.to_hiragana(value) == hiragana


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3096), max_size=10))
def test_hiragana_survive_the_way_there_and_back(value: str) -> None:
    assert text.to_hiragana(text.to_katakana(value)) == value


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("ヤマダ　ハナコ", True),
        ("ヤマダ ハナコ", True),
        ("ジョン・スミス", True),
        ("ヴィー", True),
        ("", False),
        (" ヤマダ", False),
        ("ヤマダ　　ハナコ", False),
        ("やまだ", False),
        ("ﾔﾏﾀﾞ", False),
        ("山田", False),
        ("ヤマダ1", False),
        ("ヤマダ\n", False),
    ],
)
def test_katakana_names(value: str, good: bool) -> None:
    assert text.is_katakana_name(value) is good


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("渡邉\U000e0102", "渡辺"),
        ("齋藤", "斉藤"),
        ("齊藤", "斎藤"),
        ("澤田", "沢田"),
        ("廣瀬", "広瀬"),
        ("濵田", "濱田"),
        ("眞鍋", "真鍋"),
        (f"{YOSHI}田", "吉田"),
        (f"{KAMI_OLD}田", "神田"),
        (KATSU_IVS, "葛"),
        ("ヤマダ", "やまた"),
        ("ｶﾞｯｺｳ", "カツコウ"),
        ("パーティー", "ハーテイー"),
        ("ヱビス", "エヒス"),
        ("山田　花子", "山田花子"),
        ("ＪＯＨＮ　Smith", "johnsmith"),
        ("José", "jose"),
        ("①", "1"),
    ],
)
def test_spellings_that_a_search_takes_for_the_same(left: str, right: str) -> None:
    assert text.fold_for_search(left) == text.fold_for_search(right)


@pytest.mark.parametrize(
    ("left", "right"), [("山田", "山川"), ("ハナコ", "ハナヨ"), ("埼玉", "崎玉"), ("ワタナベ", "ワタナミ")]
)
def test_spellings_that_stay_apart(left: str, right: str) -> None:
    assert text.fold_for_search(left) != text.fold_for_search(right)


def test_korean_and_long_marks_survive_folding() -> None:
    assert text.fold_for_search("한국어") == "한국어"
    assert text.fold_for_search("サービス") == "サーヒス"
    assert text.fold_for_search("a  b", keep_spaces=True) == "a b"


def test_another_table_of_variants_can_be_handed_in() -> None:
    assert text.fold_for_search("髙", variants={}) == "髙"


def test_the_table_of_variants_is_a_table_of_single_steps() -> None:
    assert not set(text.VARIANTS) & set(text.VARIANTS.values())
    assert all(len(variant) == len(common) == 1 for variant, common in text.VARIANTS.items())
    assert all(unicodedata.normalize("NFKC", c) == c for c in text.VARIANTS.values())
    doubles = [c for c, times in Counter("".join(_GROUPS.split())).items() if times > 1]
    assert doubles == []


@pytest.mark.parametrize(
    ("value", "pairs"),
    [
        ("道路", ["道路"]),
        ("山田　太郎", ["山田", "田太", "太郎"]),
        ("City Hall", ["ci", "it", "ty", "ha", "al", "ll"]),
        ("K7M4-2QF9", ["k7", "7m", "m4", "42", "2q", "qf", "f9"]),
        ("木", ["木"]),
        ("水、木。", ["水", "木"]),
        ("ばば", ["ハハ"]),
        ("サービス", ["サー", "ーヒ", "ヒス"]),
        ("ジョン・スミス", ["シヨ", "ヨン", "ンス", "スミ", "ミス"]),
        ("", []),
        ("…！", []),
    ],
)
def test_pairs_of_an_index(value: str, pairs: list[str]) -> None:
    assert text.bigrams(value) == pairs


@pytest.mark.parametrize(
    "query", ["山田太郎", "山田 太郎", "太郎　山田", "やまだ", "city", "Hall CITY", "k7m42qf9", "K7M4-2QF9", "ｼﾃｨ"]
)
def test_a_query_finds_its_words_in_any_order(query: str) -> None:
    index = set(text.bigrams("山田　太郎 (ヤマダ　タロウ) City Hall シティ K7M4-2QF9"))
    assert set(text.query_bigrams(query)) <= index


def test_a_query_of_another_word_does_not_match() -> None:
    assert not set(text.query_bigrams("電柱 道路")) <= set(text.bigrams("道路の穴"))


def test_shift_jis_and_what_it_lacks() -> None:
    assert text.can_write_sjis("山田〜−－髙﨑①㈱")
    assert text.to_sjis("〜") == "～".encode("cp932")
    assert text.unwritable_in_sjis(f"{YOSHI}田한{YOSHI}") == [YOSHI, "한"]
    assert not text.can_write_sjis(KATSU_IVS)
    assert text.to_sjis(f"{YOSHI}田") == "〓田".encode("cp932")


@given(anything)
def test_everything_can_be_written_with_marks(value: str) -> None:
    text.to_sjis(value).decode("cp932")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", " =", "　＝"])
def test_cells_that_look_like_formulas_are_neutralised(start: str) -> None:
    assert text.safe_csv_cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("山田", "山田"),
        ("", ""),
        (None, ""),
        (-5, "-5"),
        (Decimal("-1.5"), "-1.5"),
        ("-5", "'-5"),
        ("a=b", "a=b"),
        (" ", " "),
        ("'=x", "'=x"),
        (0, "0"),
    ],
)
def test_other_cells_stay(value: object, cell: str) -> None:
    assert text.safe_csv_cell(value) == cell


def test_an_object_that_writes_a_formula_is_neutralised_too() -> None:
    class Sly:
        def __str__(self) -> str:
            return "=1+1"

    assert text.safe_csv_cell(Sly()) == "'=1+1"


@pytest.mark.parametrize(
    ("given_name", "stored"),
    [
        ("住民票.pdf", "住民票.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.png", "a.png"),
        ("a<b>:c?.txt", "a_b__c_.txt"),
        (".htaccess", "htaccess"),
        ("con.txt", "_con.txt"),
        ("NUL", "_NUL"),
        ("", "file"),
        ("..", "file"),
        ("a\u202egpj.exe", "a_gpj.exe"),
        ("  写真　1 .jpg ", "写真 1.jpg"),
        ("か\u3099.pdf", "が.pdf"),
        ("あ" * 100 + ".pdf", "あ" * 65 + ".pdf"),
    ],
)
def test_file_names_are_safe(given_name: str, stored: str) -> None:
    assert text.safe_filename(given_name) == stored


@given(st.text(max_size=300))
def test_any_file_name_becomes_a_short_one_without_a_path(name: str) -> None:
    safe = text.safe_filename(name)
    assert safe
    assert not safe.startswith(".")
    assert not set(safe) & set('/\\\x00:*?"<>|\n')
    assert len(safe.encode()) <= 200
