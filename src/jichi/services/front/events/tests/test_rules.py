"""What may be published, how it is copied, and how it is written into files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from jichi.kernel.clock import TOKYO
from jichi.kernel.ical import Entry
from jichi.services.front.events.rules import (
    COLUMNS,
    Content,
    Question,
    calendar_text,
    conditions_of,
    content_from,
    content_to,
    copied,
    month_of,
    problems,
    read_events,
    tiers_of,
    weights_of,
    write_events,
)

NOW = datetime(2026, 6, 1, 9, tzinfo=TOKYO)
GOOD = Content(
    title={"ja": "音楽会"}, description={"ja": "弦楽四重奏"}, place_name="区民センター", first=date(2026, 6, 27),
    starts=time(18), ends=time(20), mode="lottery", capacity=300, opens_at=NOW, closes_at=NOW + timedelta(days=19),
    draw_at=NOW + timedelta(days=23), questions=(Question(key="question1", label="学年", required=True),),
    without=(date(2026, 7, 4),),
)  # fmt: skip


def test_what_is_kept_comes_back() -> None:
    assert content_from(content_to(GOOD)) == GOOD
    assert content_from({**content_to(GOOD), "of_later": 1}) == GOOD


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, []),
        ({"title": {}, "description": {}, "place_name": ""}, ["title_ja", "description_ja", "place_name"]),
        ({"first": date(2026, 5, 31)}, ["first"]),
        ({"repeat": "weekly"}, ["until"]),
        ({"without": (date(2026, 6, 27),)}, ["first"]),
        ({"capacity": 0}, ["capacity"]),
        ({"closes_at": NOW}, ["closes_at"]),
        ({"draw_at": None}, ["draw_at"]),
        ({"draw_at": NOW + timedelta(days=19, minutes=14)}, ["draw_at"]),
        ({"mode": "none", "capacity": 0, "draw_at": None}, []),
        ({"age_least": 20, "age_most": 10}, ["age_most"]),
    ],
)
def test_what_stands_between_a_draft_and_its_publication(change: dict[str, object], wrong: list[str]) -> None:
    assert [one.field for one in problems(replace(GOOD, **change), NOW)] == wrong  # type: ignore[arg-type] # by table


def test_a_copy_is_52_weeks_later_on_the_same_weekday() -> None:
    new = copied(GOOD)
    assert new.first == date(2027, 6, 26)
    assert new.first.weekday() == date(2026, 6, 27).weekday()
    assert (new.opens_at, new.without) == (NOW + timedelta(days=364), (date(2027, 7, 3),))
    assert new.title == GOOD.title


def test_rules_become_the_engines_conditions() -> None:
    given = replace(
        GOOD,
        residents_only=True,
        works_here_too=True,
        age_least=6,
        age_most=12,
        once_a_season="工作",
        residents_first=True,
        first_timers_twice=True,
        series="工作",
    )
    assert conditions_of(given, date(2026, 6, 27)) == [
        {"any": [{"kind": "resident"}, {"kind": "works_here"}]},
        {"kind": "age", "on": "2026-06-27", "least": 6, "most": 12},
        {"kind": "once_per_season"},
    ]
    assert tiers_of(given) == [[{"kind": "resident"}]]
    assert weights_of(given) == [{"when": [{"kind": "first_timer"}], "weight": 2}]
    assert (tiers_of(replace(given, mode="first_come")), weights_of(replace(given, series=""))) == ([], [])


def test_a_month_begins_on_sunday_and_knows_its_neighbours() -> None:
    sheet = month_of(2026, 12, {date(2026, 12, 31): ["a", "b", "c"]}, most=2)
    assert (sheet.before, sheet.after, len(sheet.weeks)) == ("2026-11", "2027-01", 5)
    assert (sheet.weeks[0][0].day, sheet.weeks[0][0].inside) == (date(2026, 11, 29), False)
    last = sheet.weeks[-1][4]
    assert (last.day, last.shown, last.more) == (date(2026, 12, 31), ("a", "b"), 1)


def test_a_calendar_file_is_folded_between_characters() -> None:
    one = Entry(
        uid="a-1@example",
        title="音楽会; 第1部, 第2部" + "長" * 40,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        place="センター",
        url="https://example.jp/events/a/",
        text="1行目\n2行目",
        changed_at=NOW,
    )
    lines = calendar_text("催し", [one]).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    text = b"".join(lines).decode()  # every piece is whole characters
    assert "DTSTART:20260601T000000Z" in text
    assert "第1部\\, 第2部" in calendar_text("催し", [one]).decode().replace("\r\n ", "")
    assert "1行目\\n2行目" in text


HEAD = "NO,イベント名,開始日,終了日,開始時間,終了時間,説明,場所名称,住所,料金(基本),緯度"


def _file(*rows: str) -> bytes:
    return "\r\n".join([HEAD, *rows]).encode()


def test_an_open_data_file_becomes_events() -> None:
    read = read_events(_file("1,まつり,令和8年6月20日,2026-06-21,10:00,16:00,模擬店,公園,みどり区1-1,無料,35.68"))
    assert read.errors == ()
    ((_line, found),) = read.events
    assert (found.title, found.price_yen, found.latitude, found.mode) == ({"ja": "まつり"}, 0, 35.68, "none")
    assert [slot.starts_at.date() for slot in found.slots()] == [date(2026, 6, 20), date(2026, 6, 21)]


def test_wrong_cells_are_named_by_line_and_column_and_nothing_is_taken() -> None:
    read = read_events(
        _file(
            "1,まつり,2026-06-20,2026-06-20,10:00,16:00,模擬店,公園,みどり区1-1,,",
            "1,,2026-13-01,2026-06-20,25:00,16:00,説明,公園,みどり区1-1,とても高い,91",
        )
    )
    assert read.events == ()
    assert [(one.line, one.column, one.error.code) for one in read.errors] == [
        (3, "イベント名", "field.required"), (3, "開始日", "events.day"), (3, "開始時間", "events.time"),
        (3, "料金(基本)", "events.number"), (3, "緯度", "events.value"), (3, "NO", "events.no_twice"),
    ]  # fmt: skip
    assert [one.error.code for one in read_events("名前\nまつり".encode()).errors] == ["table.no_column"] * 8


def test_what_is_written_is_read_again() -> None:
    row = {"NO": "1", "イベント名": "まつり", "開始日": "2026-06-20", "終了日": "2026-06-20", "開始時間": "10:00",
           "終了時間": "16:00", "説明": "模擬店", "場所名称": "公園", "住所": "みどり区1-1"}  # fmt: skip
    data = write_events([row])
    assert data.decode("utf-8-sig").splitlines()[0].split(",") == list(COLUMNS)
    assert len(COLUMNS) == 32
    assert read_events(data).events[0][1].title == {"ja": "まつり"}
