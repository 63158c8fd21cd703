"""Dates and times as pages and documents write them, in the five languages.

Any other language code counts as Japanese. Wording of times and deadlines in Chinese and Korean has
not been read by natives yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from jichi.kernel.calendar.eras import FIRST_GREGORIAN_DAY, to_era
from jichi.kernel.clock import TOKYO

DateStyle: TypeAlias = Literal["long", "short", "era"]
TimeStyle: TypeAlias = Literal["spoken", "staff"]

_WEEKDAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "ja": ("月", "火", "水", "木", "金", "土", "日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh-hans": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
    "ko": ("월", "화", "수", "목", "금", "토", "일"),
}
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_END_OF_DAY: Final[Mapping[str, str]] = {
    "ja": "{day}の終わりまで",
    "easy": "{day}の終わりまで",
    "en": "until the end of {day}",
    "zh-hans": "截至{day}当天结束",
    "ko": "{day} 밤 12시까지",
}
_UNTIL: Final[Mapping[str, str]] = {
    "ja": "{day}{time}まで",
    "easy": "{day}{time}まで",
    "en": "until {time} on {day}",
    "zh-hans": "截至{day}{time}",
    "ko": "{day} {time}까지",
}
_DAYS_LEFT: Final[Mapping[str, tuple[str, str, str]]] = {
    "ja": ("あと{n}日({day}まで)", "今日まで({day})", "期限を{n}日過ぎています({day}まででした)"),
    "easy": ("あと{n}日({day}まで)", "今日まで({day})", "{n}日遅れています({day}まででした)"),
    "en": ("{n} left (until {day})", "today is the last day ({day})", "{n} late (was due by {day})"),
    "zh-hans": ("还有{n}天(截至{day})", "今天截止({day})", "已逾期{n}天(截止日为{day})"),
    "ko": ("{n}일 남음({day}까지)", "오늘까지({day})", "기한이 {n}일 지났습니다({day}까지였습니다)"),
}


def format_date(day: date, language: str = "ja", style: DateStyle = "short") -> str:
    """A date with its weekday.

    ja long (first on a page, documents) 令和8年(2026年)4月1日(水), short (tables, cards) 2026年4月1日(水),
    era (officials' documents) 令和8年4月1日. The other languages have one form for all styles:
    easy 2026年4月1日(水曜日), en Wednesday, 1 April 2026, zh-hans 2026年4月1日(星期三), ko 2026년 4월 1일(수).
    Before 1873 there is no era form and the short one is written.
    """
    if language == "en":
        return f"{_WEEKDAYS['en'][day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"
    if language == "ko":
        return f"{day.year}년 {_month_and_day(day, language)}"
    if language in {"easy", "zh-hans"} or style == "short" or day < FIRST_GREGORIAN_DAY:
        return f"{day.year}年{_month_and_day(day, language)}"
    era = to_era(day)
    if style == "era":
        return str(era)
    return f"{era.year_text}({day.year}年){_month_and_day(day, language)}"


def _month_and_day(day: date, language: str) -> str:
    """4月1日(水), without the year."""
    weekday = _WEEKDAYS.get(language, _WEEKDAYS["ja"])[day.weekday()]
    if language == "en":
        return f"{weekday}, {day.day} {_MONTHS[day.month - 1]}"
    if language == "ko":
        return f"{day.month}월 {day.day}일({weekday})"
    return f"{day.month}月{day.day}日({weekday}{'曜日' if language == 'easy' else ''})"


def format_time(moment: time | datetime, language: str = "ja", style: TimeStyle = "spoken") -> str:
    """A time of day: 午後5時30分 · 5:30 p.m. · 下午5点30分 · 오후 5시 30분; style "staff" 17:30.

    Noon has its own word, so that nobody wonders about 午後0時; midnight is 午前0時 (see
    `format_deadline` for ends of days). An aware datetime is first moved to Asia/Tokyo.
    """
    if isinstance(moment, datetime):
        moment = _in_tokyo(moment).time()
    if style == "staff":
        return f"{moment.hour:02}:{moment.minute:02}"
    return _TIMES.get(language, _time_ja)(moment.hour, moment.minute)


def _time_ja(hour: int, minute: int) -> str:
    if (hour, minute) == (12, 0):
        return "正午"
    return f"{'午前' if hour < 12 else '午後'}{hour % 12}時{f'{minute}分' if minute else ''}"


def _time_easy(hour: int, minute: int) -> str:
    minutes = f"{minute}分" if minute else ""
    return f"昼の12時{minutes}" if hour == 12 else _time_ja(hour, minute)


def _time_en(hour: int, minute: int) -> str:
    if minute == 0 and hour in {0, 12}:
        return "noon" if hour else "midnight"
    minutes = f":{minute:02}" if minute else ""
    return f"{hour % 12 or 12}{minutes} {'a.m.' if hour < 12 else 'p.m.'}"


def _time_zh(hour: int, minute: int) -> str:
    part = "凌晨" if hour < 6 else "上午" if hour < 12 else "中午" if hour == 12 else "下午" if hour < 18 else "晚上"
    return f"{part}{hour if hour <= 12 else hour - 12}点{f'{minute}分' if minute else ''}"


def _time_ko(hour: int, minute: int) -> str:
    part = "오전" if hour < 12 else "낮" if hour == 12 else "오후"
    return f"{part} {hour if hour <= 12 else hour - 12}시{f' {minute}분' if minute else ''}"


_TIMES: Final[Mapping[str, Callable[[int, int], str]]] = {
    "easy": _time_easy,
    "en": _time_en,
    "zh-hans": _time_zh,
    "ko": _time_ko,
}


def format_datetime(moment: datetime, language: str = "ja", style: Literal["long", "short", "staff"] = "short") -> str:
    """Date and time in Asia/Tokyo: 2026年4月1日(水)午後5時30分; long with the era; staff 2026年4月1日(水) 17:30.

    Raises:
        ValueError: the moment has no time zone.
    """
    local = _in_tokyo(moment)
    day = format_date(local.date(), language, "long" if style == "long" else "short")
    if style == "staff":
        return f"{day} {format_time(local, language, 'staff')}"
    between = {"en": ", ", "ko": " "}.get(language, "")
    return f"{day}{between}{format_time(local, language)}"


def format_deadline(end: date | datetime, language: str = "ja", *, today: date | None = None) -> str:
    """Until when: 3月31日(火)の終わりまで, 3月31日(火)午後5時まで.

    Args:
        end: the last day (a date), or the aware moment at which it ends. A moment at midnight or
            in the last minute of a day is written as the end of that day.
        today: where given, the year is written if the deadline lies in another year.
    """
    if isinstance(end, datetime):
        local = _in_tokyo(end)
        day, at = local.date(), local.time()
        if (at.hour, at.minute) == (0, 0):
            day, at = day - timedelta(days=1), time(23, 59)
    else:
        day, at = end, time(23, 59)
    shown = _day_near(day, language, today)
    key = language if language in _UNTIL else "ja"
    if (at.hour, at.minute) == (23, 59):
        return _END_OF_DAY[key].format(day=shown)
    return _UNTIL[key].format(day=shown, time=format_time(at, language))


def format_days_left(last_day: date, language: str = "ja", *, today: date) -> str:
    """あと3日(6月20日(土)まで), 今日まで(6月20日(土)), 期限を2日過ぎています(…): never without the date."""
    left = (last_day - today).days
    coming, same, past = _DAYS_LEFT.get(language, _DAYS_LEFT["ja"])
    text = coming if left > 0 else same if left == 0 else past
    count = f"{abs(left)} day{'' if abs(left) == 1 else 's'}" if language == "en" else str(abs(left))
    return text.format(n=count, day=_day_near(last_day, language, today))


def _day_near(day: date, language: str, today: date | None) -> str:
    """With the year only where it is another than today's."""
    if today is not None and today.year != day.year:
        return format_date(day, language)
    return _month_and_day(day, language)


def _in_tokyo(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the moment needs a time zone")
    return moment.astimezone(TOKYO)
