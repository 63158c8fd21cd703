"""Decisions about people of the register: what they are called, what is hidden, what a household is.

Pure. Sources: 住民記録システム標準仕様書 1.1.11 (続柄), 1.1.16 (支援措置), 5.2 (記載順位).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, TypeAlias

from jichi.kernel.ages import age_on

ResidentState: TypeAlias = Literal["resident", "moved_out", "deceased", "removed", "outside"]
"""outside: 住登外者, a person with an addressee number who is not on the register."""
HouseholdType: TypeAlias = Literal["single", "couple", "couple_children", "single_parent", "three_generation", "other"]

HIDDEN: Final = "非表示"
"""What stands in place of a protected address."""

PURPOSES: Final[Mapping[str, str]] = {
    "application_review": "申請の審査",
    "counter_help": "窓口・電話での相談への対応",
    "identity_check": "本人確認・利用者登録の結び付け",
    "eligibility_check": "対象者の確認・通知の準備",
    "correction": "記録の確認・訂正",
    "collection": "収納・滞納の整理",
    "protection": "支援措置の運用",
    "audit": "監査・調査への対応",
}
"""利用目的: every look at a person's record names one. Key → Japanese."""

HOUSEHOLD_TYPES: Final[Mapping[str, str]] = {
    "single": "単身",
    "couple": "夫婦のみ",
    "couple_children": "夫婦と子",
    "single_parent": "ひとり親と子",
    "three_generation": "三世代",
    "other": "その他",
}
"""Derived from the register's relationships; not the census's household types (say so on charts)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentRecord:
    """The present state of one person, as this actor may see it.

    `address`, `postcode`, `town_key` are HIDDEN, "" and "" when the database hid them (支援措置);
    `address_hidden` then is True. `birth_date` is None where the register's date is unknown:
    show `birth_text`, and let no age be made up.
    """

    addressee_no: str
    household_no: str
    name: str
    kana: str
    roman_name: str
    alias: str
    birth_date: date | None
    birth_text: str
    sex: str
    relationship: str
    postcode: str
    address: str
    town_key: str
    nationality: str
    is_foreign: bool
    is_protected: bool
    state: ResidentState
    became_resident_on: date | None
    history_no: int = 1
    family_name: str = ""
    given_name: str = ""
    family_kana: str = ""
    given_kana: str = ""
    alias_kana: str = ""
    former_family_name: str = ""
    name_priority: str = ""
    head_name: str = ""
    list_order: int = 1
    address_hidden: bool = False

    @property
    def display_name(self) -> str:
        """The name to address the person by."""
        return display_name(
            name=self.name, alias=self.alias, roman_name=self.roman_name, is_foreign=self.is_foreign,
            priority=self.name_priority,
        )  # fmt: skip

    @property
    def display_kana(self) -> str:
        """The reading that belongs to `display_name`."""
        uses_alias = bool(self.alias) and self.display_name == self.alias
        return self.alias_kana if uses_alias else self.kana

    @property
    def sex_text(self) -> str:
        """性別 in words; "" where the register has none."""
        return {"1": "男", "2": "女"}.get(self.sex, "")

    def age_on(self, day: date) -> int | None:
        """Full years by law; None for 年齢不詳."""
        return None if self.birth_date is None else age_on(self.birth_date, day)

    def masked(self) -> ResidentRecord:
        """The same person without where they live, if protected. Lists, exports and letters use this."""
        if not self.is_protected:
            return self
        return replace(self, postcode="", address=HIDDEN, town_key="", address_hidden=True)


def display_name(*, name: str, alias: str, roman_name: str, is_foreign: bool, priority: str = "") -> str:
    """Which of a person's names is shown.

    Japanese: the register's name. Foreign nationals: as the person chose (氏名優先区分 "alias",
    "roman", "name"); without a choice the alias (通称) where registered, else roman letters, else the name.
    """
    if not is_foreign:
        return name
    chosen = {"alias": alias, "roman": roman_name, "name": name}.get(priority, "")
    return chosen or alias or roman_name or name


# -- relationship (続柄) ---------------------------------------------------------------------

HEAD: Final = "世帯主"
OUTSIDERS: Final = frozenset({"縁故者", "同居人"})
SPOUSES: Final = frozenset({"夫", "妻", "夫（未届）", "妻（未届）"})
CHILDREN: Final = frozenset({"子", "子（子の夫）", "子（子の妻）"})
PARENTS: Final = frozenset({"父", "母"})
SIBLINGS: Final = frozenset({"兄", "姉", "弟", "妹"})
WORDS: Final = SPOUSES | CHILDREN | PARENTS | SIBLINGS
MAX_GENERATIONS: Final = 4
_BRACKETED: Final = re.compile(r"(（[^）]*）)|の")


def relationship_chain(text: str) -> tuple[str, ...]:
    """The links of a 続柄: 「子の妻」 → ("子", "妻"); 「子（子の妻）」 is one link.

    Raises:
        ValueError: a word the register does not allow (孫, 祖父 …) or more than four links.
    """
    if text == HEAD or text in OUTSIDERS:
        return (text,)
    links = tuple(_BRACKETED.sub(lambda m: m.group(1) or "\x00", text).split("\x00"))
    if len(links) > MAX_GENERATIONS or not all(link in WORDS for link in links):
        raise ValueError(f"not a relationship of the register: {text}")
    return links


def generation_of(text: str) -> int | None:
    """Generations below the head (child 1, parent −1, head, spouse and siblings 0); None for outsiders."""
    chain = relationship_chain(text)
    if chain[0] in OUTSIDERS:
        return None
    step = {**dict.fromkeys(CHILDREN, 1), **dict.fromkeys(PARENTS, -1)}
    return sum(step.get(link, 0) for link in chain)


def household_type(relationships: Sequence[str]) -> HouseholdType:
    """The household's type from its members' relationships to the head, the head's included.

    | members besides the head | type |
    |---|---|
    | nobody | single |
    | anybody 縁故者 or 同居人 | other |
    | kin of three generations or more in a row | three_generation |
    | the spouse only | couple |
    | spouse and children; or both parents (and siblings) | couple_children |
    | children only; or one parent (and siblings) | single_parent |
    | anything else | other |
    """
    others = sorted(r for r in relationships if r != HEAD)
    if not others:
        return "single"
    generations = {generation_of(r) for r in others} | {0}
    if None in generations:
        return "other"
    if len(generations) >= 3:
        return "three_generation"
    rest = [r for r in others if r not in SPOUSES]
    spouses = len(others) - len(rest)
    if not rest:
        return "couple" if spouses == 1 else "other"
    if all(r in CHILDREN for r in rest):
        return {0: "single_parent", 1: "couple_children"}.get(spouses, "other")  # type: ignore[return-value] # the three are of the type
    parents = sum(r in PARENTS for r in rest)
    if spouses == 0 and parents and all(r in PARENTS | SIBLINGS for r in rest):
        return "couple_children" if len({r for r in rest if r in PARENTS}) == 2 else "single_parent"
    return "other"


def _rank(relationship: str) -> int:
    """Place in the household by 5.2: head, spouse, children, their families, parents and siblings, others."""
    chain = relationship_chain(relationship)
    first = chain[0]
    if first == HEAD:
        return 0
    if first in OUTSIDERS:
        return 9
    if len(chain) > 1 and first in CHILDREN:
        return 3
    if len(chain) > 1:
        return 7 if first in PARENTS and chain[1] in PARENTS else 8
    ranks = ((SPOUSES, 1), (CHILDREN, 2), (PARENTS, 5), (SIBLINGS, 6))
    return next(rank for words, rank in ranks if first in words)


def household_order(members: Iterable[ResidentRecord]) -> tuple[ResidentRecord, ...]:
    """Members in the register's order (5.2); within a rank by birthday, unknown last, then 宛名番号."""
    return tuple(
        sorted(
            members,
            key=lambda m: (_rank(m.relationship), m.birth_date is None, m.birth_date or date.max, m.addressee_no),
        )
    )


# -- linking a login to a person ----------------------------------------------------------------

MatchGrade: TypeAlias = Literal["exact", "none", "several"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Outcome of looking for the person a login claims to be.

    `addressee_no` is set only for "exact". `reasons` are codes for the official, never for the
    applicant: they would tell a stranger what the register holds.
    """

    grade: MatchGrade
    addressee_no: str | None = None
    reasons: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


def grade_match(*, same_kana_and_birth: Mapping[str, str], postcode: str) -> Match:
    """Grade what was found.

    Args:
        same_kana_and_birth: 宛名番号 → postcode of present residents with this reading and birthday.
        postcode: seven digits as claimed.
    """
    found = tuple(sorted(same_kana_and_birth))
    if not found:
        return Match(grade="none", reasons=("no_such_kana_and_birth",))
    at_address = tuple(n for n in found if same_kana_and_birth[n] == postcode)
    if len(at_address) == 1:
        reasons = ("kana", "birth_date", "postcode", *(("namesake_elsewhere",) if len(found) > 1 else ()))
        return Match(grade="exact", addressee_no=at_address[0], reasons=reasons, candidates=found)
    if len(at_address) > 1:
        return Match(grade="several", reasons=("same_kana_birth_and_postcode",), candidates=at_address)
    return Match(grade="none", reasons=("kana", "birth_date", "postcode_differs"), candidates=found)
