"""本人との結び付け: who gets a letter, who waits for an official, and telling both sides.

Rows and states of a request are accounts'; here the register is asked and work and notices are put.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from jichi.engines.accounts import linking
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.actions import link_person
from jichi.engines.accounts.linking import DECIDE, CodeAnswer, LinkRequestInfo
from jichi.engines.accounts.sign_in import limit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.files.documents import render_pdf
from jichi.engines.inbox import actions as inbox
from jichi.engines.messages import actions as messages
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid
from jichi.kernel.localized import LocalizedText
from jichi.kernel.numbers import InputError, parse_postcode
from jichi.kernel.text import fold_for_search, is_katakana_name, normalise_name, to_katakana

from . import letter

ASKS_A_DAY: Final = 5
CODES_AN_HOUR: Final = 10
LONGEST_KANA: Final = 100
_RESULT: Final[dict[str, LocalizedText]] = {
    "linked": {
        "ja": "住民の記録と結び付けました", "easy": "住民の記録とつながりました",
        "en": "Your login is now linked with your resident record", "zh-hans": "已与居民记录关联",
        "ko": "주민 기록과 연결되었습니다",
    },
    "refused": {
        "ja": "住民の記録と結び付けられませんでした", "easy": "住民の記録とつなげることができませんでした",
        "en": "Your login could not be linked with a resident record", "zh-hans": "未能与居民记录关联",
        "ko": "주민 기록과 연결하지 못했습니다",
    },
}  # fmt: skip


def subject_key(request_id: UUID) -> str:
    """The name under which inbox and messages know a request."""
    return f"front_applications:link:{request_id}"


def read_claim(*, kana: str, birth_date: date | None, postcode: str) -> tuple[str, date, str]:
    """What was entered, in normal form.

    Args:
        birth_date: as read from its fields; None when nothing was entered.

    Raises:
        Invalid: with an error for each field that is missing or can't be.
    """
    errors: dict[str, FieldError] = {}
    reading = normalise_name(to_katakana(kana[: 2 * LONGEST_KANA]))
    if not reading:
        errors["kana"] = FieldError("field.required")
    elif len(reading) > LONGEST_KANA:
        errors["kana"] = FieldError("field.too_long", {"limit": LONGEST_KANA, "length": len(kana)})
    elif not is_katakana_name(reading):
        errors["kana"] = FieldError("field.kana")
    if birth_date is None:
        errors["birth_date"] = FieldError("field.date_required")
    elif birth_date > clock.today():
        errors["birth_date"] = FieldError("field.date_too_late", {"last": clock.today()})
    try:
        code = parse_postcode(postcode[:20])
    except InputError as error:
        errors["postcode"] = FieldError("field.required" if error.code == "postcode.missing" else "field.postcode")
        code = ""
    if errors or birth_date is None:
        raise Invalid(fields=errors)
    return reading, birth_date, code


def ask_for_link(*, actor: Actor, kana: str, birth_date: date, postcode: str) -> LinkRequestInfo:
    """Ask to be linked. Exactly one free person matching means a letter, anything else an official's look.

    Args:
        kana, birth_date, postcode: from `read_claim`.

    Raises:
        Forbidden: not a resident. Conflict: "link.exists". TooManyTries: over 5 a day.
    """
    if actor.account_id is None:
        raise Forbidden
    limit(f"link:{actor.account_id}", tries=ASKS_A_DAY, seconds=86_400)
    number = _sure_person(kana, birth_date, postcode)
    with unit(actor):
        made, fresh = linking.open_link_request(
            actor=actor, kana=kana, birth_date=birth_date, postcode=postcode, addressee_no=number
        )
        if fresh:
            _put_work(actor, made)
        return made


def _sure_person(kana: str, birth_date: date, postcode: str) -> str:
    """The one present resident who matches, whom no login has and whose address needs no care; "" otherwise.

    No letter goes to protected persons (支援措置) by itself: an official looks first.
    """
    match = registry.find_candidates(kana, birth_date, postcode)
    if match.grade != "exact" or not match.addressee_no or accounts.account_of_person(match.addressee_no):
        return ""
    with unit(system_actor("link", purpose="identity_check")):
        person = registry.resident(match.addressee_no)
    return "" if person is None or person.is_protected else match.addressee_no


def link_by_identity(*, actor: Actor, account_id: UUID, name: str, birth_date: date | None, postcode: str) -> bool:
    """Link a login whose person an identity provider has just proved by card, where the register knows exactly one.

    Whoever is not sure (none, several, taken, protected) goes the usual way: the page tells nobody which it was.

    Args:
        name: reading or name as the provider says it; nothing of it is kept.
    """
    if birth_date is None or not name or accounts.linked_person(account_id):
        return False
    number = _sure_person(name, birth_date, postcode)
    if not number:
        return False
    try:
        link_person(actor=actor, account_id=account_id, addressee_no=number, how="card")
    except Conflict:
        return False  # somebody else was linked in the same moment
    return True


def is_person(number: str, *, names: Sequence[str], birth_date: date | None) -> bool:
    """Are name and birth date, as an identity provider says them, those of this person in the register?

    One of the names has to be one that the register knows (reading, name, 通称, letters); a birth date that the
    register does not know is not compared.
    """
    with unit(system_actor("link", purpose="identity_check")):
        person = registry.resident(number)
    if person is None or (person.birth_date is not None and person.birth_date != birth_date):
        return False
    known = (person.kana, person.name, person.display_name, person.alias, person.alias_kana, person.roman_name)
    folded = {fold_for_search(name) for name in known if name}
    return any(name and fold_for_search(name) in folded for name in names)


def _put_work(actor: Actor, request: LinkRequestInfo) -> None:
    """One open work item for the officials who decide about links."""
    division = linking.deciding_division()
    key = subject_key(request.id)
    inbox.close_items(actor=actor, subject_key=key)
    if division is None:
        return
    by_letter = request.state == "letter"
    inbox.put_item(
        actor=actor, division_id=division, kind="check", subject_key=key, permission=DECIDE,
        title={"ja": "本人確認の手紙を送る" if by_letter else "ログインと住民の結び付けを確かめる"},
        url_path=f"/staff/links/{request.id}/", dedupe_key=f"link:{request.id}:{request.state}",
    )  # fmt: skip


def _tell(actor: Actor, request: LinkRequestInfo) -> None:
    """The result, in the resident's inbox and by mail; the work is done."""
    key = subject_key(request.id)
    inbox.close_items(actor=actor, subject_key=key)
    inbox.put_item(
        actor=actor, account_id=request.account_id, kind="notice", title=_RESULT[request.state],
        url_path="/my/link/", subject_key=key, dedupe_key=f"link-result:{request.id}",
    )  # fmt: skip
    messages.send_message(
        actor=actor, account_id=request.account_id, template="link.result", params={"url_path": "/my/link/"},
        dedupe_key=f"link.result:{request.id}",
    )  # fmt: skip


def enter_code(*, actor: Actor, code: str) -> CodeAnswer:
    """The resident enters the code of the letter.

    Raises:
        Conflict: "link.closed". TooManyTries: over 10 an hour.
    """
    if actor.account_id is None:
        raise Forbidden
    limit(f"link-code:{actor.account_id}", tries=CODES_AN_HOUR, seconds=3600)
    with unit(actor):
        before = linking.own_request(actor.account_id)
        answer = linking.check_letter_code(actor=actor, code=code)
        after = linking.own_request(actor.account_id)
        if after is not None and answer == "linked":
            _tell(actor, after)
        elif after is not None and before is not None and before.state != after.state:
            _put_work(actor, after)
        return answer


def letter_did_not_come(*, actor: Actor) -> None:
    """The resident has no letter: an official decides. Raises Conflict "link.closed"."""
    with unit(actor):
        _put_work(actor, linking.give_up_letter(actor=actor))


def withdraw_link(*, actor: Actor) -> None:
    """The resident takes the request back; twice is once."""
    with unit(actor):
        request_id = linking.withdraw_link_request(actor=actor)
        if request_id is not None:
            inbox.close_items(actor=actor, subject_key=subject_key(request_id))


def make_letter(*, actor: Actor, request_id: UUID) -> bytes:
    """The letter with a fresh code to the registered address, as PDF; the printing and the look are logged.

    Raises:
        Forbidden. NotFound. Conflict: "link.closed"; "link.no_address" when the address can't be shown.
    """
    with unit(actor):
        request = linking.link_request(actor=actor, request_id=request_id)
        if request.state != "letter":
            raise Conflict("link.closed")
        person = registry.look_at_resident(actor=actor, addressee_no=request.addressee_no, purpose="identity_check")
        if person.is_protected or person.address_hidden or person.state != "resident":
            raise Conflict("link.no_address")
        code = linking.print_letter(actor=actor, request_id=request_id)
        inbox.close_items(actor=actor, subject_key=subject_key(request_id))
        contact = accounts.contact_of(request.account_id)
        data = letter.printed(person, code, language=contact.language if contact else "ja", office=_office())
        return render_pdf(template=letter.TEMPLATE, data=data, title=letter.TITLE["ja"], language="ja")


def _office() -> dict[str, str]:
    division = linking.deciding_division()
    contact = accounts.office_contact(division, "ja") if division else None
    return {"name": contact.name if contact else "", "phone": contact.phone if contact else ""}


def letter_came_back(*, actor: Actor, request_id: UUID) -> None:
    """The post brought the letter back: an official decides instead."""
    with unit(actor):
        linking.stop_letter(actor=actor, request_id=request_id)
        _put_work(actor, linking.link_request(actor=actor, request_id=request_id))


def decide(*, actor: Actor, request_id: UUID, addressee_no: str, reason: str) -> LinkRequestInfo:
    """An official links the login with a person, or refuses ("" as number). Raises as `linking.decide_link`."""
    with unit(actor):
        if addressee_no:
            registry.look_at_resident(actor=actor, addressee_no=addressee_no, purpose="identity_check")
        request = linking.decide_link(actor=actor, request_id=request_id, addressee_no=addressee_no, reason=reason)
        _tell(actor, request)
        return request
