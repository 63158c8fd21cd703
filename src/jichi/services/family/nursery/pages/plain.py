"""The words of an application in the reader's language: reasons, what siblings want, classes."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jichi.design.html import written


def class_word(class_id: int | str) -> str:
    """ "0歳児クラス" in the reader's language."""
    return _("%(age)s歳児クラス") % {"age": class_id}


def reason_words() -> dict[str, str]:
    """Reason for care (保育を必要とする事由) → its words."""
    return {
        "就労": _("働いている、または働くことが決まっている"), "就学": _("学校や職業訓練に通っている"),
        "疾病": _("病気やけが"), "障害": _("障害がある"), "介護": _("家族の介護や看護"), "出産": _("出産の前後"),
        "災害": _("災害の復旧"), "求職": _("仕事を探している"),
    }  # fmt: skip


def condition_words() -> dict[str, tuple[str, str]]:
    """What siblings want → (the choice, what it means)."""
    return {
        "SAME": (_("全員が同じ園に入るまで待つ"), _("同じ園に全員の空きがないときは、だれも入園しません。")),
        "TOGETHER": (
            _("全員が入れるなら、別の園でもよい"),
            _("同じ月に全員が入れるときだけ入園します。一人だけの入園はしません。"),
        ),
        "PARTIAL": (_("一人だけでも先に入る"), _("全員が入れないときは、入れる子どもから入園します。")),
        "INDEPENDENT": (_("子どもごとに別々に選ぶ"), _("きょうだいの結果に関係なく、一人ずつ選考します。")),
    }  # fmt: skip


def solo_words() -> dict[str, str]:
    """Who may enter alone → its words."""
    return {"EITHER": _("どの子どもからでもよい"), "ELDER": _("上の子どもから"), "YOUNGER": _("下の子どもから")}


def split_words() -> dict[str, str]:
    """What counts more where siblings might be split → its words."""
    return {"": _("希望の順番を大切にする"), "SAME_FIRST": _("同じ園になることを大切にする")}


def child_words() -> dict[str, tuple[str, str]]:
    """What is ticked of a child, by field: (title of the answer, its words)."""
    return {
        "unlicensed": ("認可外の利用", _("認可外の保育施設やベビーシッターを利用している")),
        "disability": ("児童の障害", _("障害者手帳などを持っている")),
        "ageing_out": ("年齢上限の卒園", _("今の園を年齢の上限で卒園する")),
    }


def with_name(sentence: str, name: str) -> SafeString:
    """A translated sentence with "%(name)s" in it; no ruby over the name, and its own language."""
    return format_html(sentence.replace("%(name)s", "{name}"), name=written(name))
