"""A recognised form as a definition file: the register's facts become a confirmation, guesses are marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .drafting import Asked, Form, Section
from .source import Problem
from .text_spans import quoted

_SHOWN: Final = ("name", "kana", "birth_date", "sex", "postcode", "address", "nationality")
_MARK: Final = "確かめる"
_ABOUT: Final = {
    "児童|子ども|お子|乳幼児": "同じ世帯の子どもなら subject: {kind: household_child} にして、氏名などの質問を消す",
    "団体名|団体|町会": "団体が申請するなら subject: {kind: organisation} と applicants: [officer] にする",
}
"""Who a form is about, by words in its headings; what to do then."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """The file, and what a person must look at (warnings with the place in the form)."""

    source: str
    findings: tuple[Problem, ...]
    questions: int


def drafted(form: Form, *, procedure_id: str, division: str) -> Drafted:
    """A definition file that can be checked, with a comment at everything uncertain."""
    lines = [*_head(form, procedure_id, division), "pages:"]
    writer = _Writer(form)
    writer.at = len(lines)
    for line in writer.pages():
        lines.append(line)
        writer.at = len(lines)
    return Drafted("\n".join(lines) + "\n", tuple(writer.findings), writer.count)


def _head(form: Form, procedure_id: str, division: str) -> list[str]:
    title = quoted(form.title)
    applicants = ["applicants: [self, agent]"] if form.has_agent else []
    return [
        "# 様式のファイルから作った下書きです。「確かめる」とあるところを、もとの様式と見くらべて直してください。",
        "format: jichi/procedure/1",
        f"id: {procedure_id}",
        "version: 1",
        f"title: {title}",
        f"summary: {quoted(form.title + 'の手続きです。')}  # {_MARK}: だれの、何のための手続か",
        f"division: {division}",
        f"legal_basis: [{{title: 根拠の法令や要綱を書く}}]  # {_MARK}",
        f"eligibility: {{text: 申請できる人を書く}}  # {_MARK}",
        *applicants,
        f"expected_minutes: {max(3, min(60, sum(len(s.asked) for s in form.sections)))}",
        f"processing_days: 14  # {_MARK}: 標準処理期間",
        f"other_ways: [{{kind: counter, text: 担当課の窓口でも申請できます。}}]  # {_MARK}",
        f"contact: 担当課を書く  # {_MARK}",
        *(
            [f"needs: [マイナンバーカード]  # {_MARK}", "identification: account  # 代理の申請には、本人の確認が要る"]
            if form.has_agent
            else ["identification: email"]
        ),
        f"retention_years: 5  # {_MARK}: 文書の保存年限",
        "decision:",
        f"  accept: {{label: 承認, text: {quoted(form.title + 'を承認しました。')}}}",
        f"  refuse: {{label: 不承認, text: {quoted(form.title + 'を承認できませんでした。')}, reason_required: true}}",
        f"  review_notice: {{text: 教示の文を書く, confirmed: false}}  # {_MARK}: 法規担当",
    ]


class _Writer:
    """Pages as lines of YAML; ids once each."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.taken: set[str] = set()
        self.findings: list[Problem] = []
        self.count = 0
        self.at = 0
        """Lines written so far."""

    def pages(self) -> Iterator[str]:
        """The pages; one that asks for a note where nothing was recognised."""
        known = [one for s in self.form.sections if s.applicant for one in s.asked if one.fact in _SHOWN]
        if known:
            yield from self._confirmed(known)
        for section in self.form.sections:
            left = [one for one in section.asked if not (section.applicant and one.fact in _SHOWN)]
            if left:
                yield from self._page(section, left)
        if self.count == 0:
            yield from ("  - id: page_1", "    title: 内容", "    fields:")
            yield "      - {id: question_1, kind: textarea, label: 内容}  # 確かめる: 質問が見つからなかった"
            self.count = 1
            self._find("nothing", "", "様式から質問を読み取れませんでした。", "質問を書く")
        for word, fix in _ABOUT.items():
            if re.search(word, self._words()):
                self._find("about", "", "だれについての手続かを決めます。", fix)
        for place, text, why in self.form.left_out:
            self._find("left_out", place, f"取り込んでいません({why}): {text}", "要るものだけを書き加える")

    def _words(self) -> str:
        """Headings, and labels that name a body."""
        bodies = (one.label for section in self.form.sections for one in section.asked if one.id == "organisation")
        return " ".join((*(section.title for section in self.form.sections), *bodies))

    def _confirmed(self, known: Sequence[Asked]) -> Iterator[str]:
        facts = [fact for fact in _SHOWN if fact in {one.fact for one in known}]
        self.taken |= {"register", "register_ok"}
        self.count += 1
        yield from ("  - id: register", "    title: 登録の内容", "    fields:")
        yield "      - id: register_ok"
        yield "        kind: confirm"
        yield "        label: 次の内容で間違いありませんか"
        yield "        noun: 登録の内容"
        yield f"        shows: [{', '.join(f'subject.{fact}' for fact in facts)}]"
        yield "        if_no: 申請は続けられます。違うところは、担当課からおたずねします。"
        names = "、".join(dict.fromkeys(one.label for one in known))
        text = f"「{names}」は台帳で分かるので、きかずに見せて確かめるようにしました。"
        self._find("from_register", known[0].place, text, "ちがう人のことなら、質問に戻す")

    def _page(self, section: Section, asked: Sequence[Asked]) -> Iterator[str]:
        yield f"  - id: {self._id('page')}"
        yield f"    title: {quoted(section.title or '申請の内容')}"
        yield "    fields:"
        for one in asked:
            self.count += 1
            if one.why:
                self._find("unsure", one.place, f"「{one.label}」({one.kind}): {one.why}。", "もとの様式と見くらべる")
            yield from self._field(one, "      ")

    def _field(self, one: Asked, indent: str) -> Iterator[str]:
        mark = f"  # {_MARK}: {one.why}" if one.why else ""
        yield f"{indent}- id: {self._id(one.id)}{mark}"
        inner = indent + "  "
        yield f"{inner}kind: {one.kind}"
        yield f"{inner}label: {quoted(one.label)}"
        if one.label.rstrip("。?？").endswith("か"):
            yield f"{inner}noun: {quoted(one.label.rstrip('。?？'))}"
        if one.text:
            yield f"{inner}text: {quoted(one.text)}"
        if one.unit and one.kind in {"count", "number"}:
            yield f"{inner}unit: {quoted(one.unit)}"
        if one.options and one.kind in {"choice", "multi"}:
            yield f"{inner}options:"
            for number, option in enumerate(one.options, start=1):
                yield f"{inner}  - {{value: v{number}, label: {quoted(option)}}}"
        if one.columns:
            own, self.taken = self.taken, set()
            yield f"{inner}columns:"
            for column in one.columns:
                yield from self._field(column, inner + "  ")
            self.taken = own

    def _id(self, wanted: str) -> str:
        name, number = (f"{wanted}_1", 1) if wanted in {"page", "question", "choice", "column"} else (wanted, 1)
        while name in self.taken or any(other.startswith(f"{name}_") and len(name) < 2 for other in self.taken):
            number += 1
            name = f"{wanted}_{number}"
        self.taken.add(name)
        return name

    def _find(self, code: str, place: str, message: str, fix: str) -> None:
        line = 0 if code in {"left_out", "about"} else self.at + 1
        self.findings.append(Problem(f"draft.{code}", line, place, message, fix, "warning"))
