"""Use cases of telephone numbers and LINE chats: proving, linking, ending.

A number is proved by a code sent to it; a chat by a code of the person's own page, typed into it. A LINE user id
alone says nothing about who writes.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.crypto import constant_time_compare, salted_hmac

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.sign_in import TooManyTries, limit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound

from .actions import send_message
from .backends import channels_on
from .catalogue import topics
from .models import ContactPoint, ContactPreference, ContactProof, Delivery, Message
from .rules import CODE_ALPHABET, CODE_LETTERS, CODE_MINUTES, is_user_id, normal_line_code, normal_phone

SYSTEM: Final = system_actor("messages.contacts")
TRIES: Final = 5
HOUR: Final = 3600


def _hash(owner: object, code: str) -> str:
    return salted_hmac(f"jichi.contact.{owner}", code, algorithm="sha256").hexdigest()


def _own(actor: Actor, channel: str) -> UUID:
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    if channel not in channels_on():
        raise NotFound
    return actor.account_id


def _say(
    *, channel: str, address: str, template: str, dedupe_key: str, language: str, code: str = ""
) -> None:  # fmt: skip
    """One message to this address and nowhere else, in the caller's transaction; a known key makes no second one.

    It belongs to no account, so that it is forgotten after 30 days however it ended.
    """
    now = clock.now()
    with unit(SYSTEM):
        message, is_new = Message.objects.get_or_create(
            dedupe_key=dedupe_key,
            defaults={
                "address": address, "language": language, "template": template,
                "params": {"code": code} if code else {}, "created_at": now,
            },
        )  # fmt: skip
        if is_new:
            Delivery.objects.create(
                message=message, channel=channel, key=message.pk, next_attempt_at=now, changed_at=now
            )


def request_phone_code(*, actor: Actor, number: str, language: str, client: str) -> UUID:
    """Send a code to a mobile number that the actor says is theirs; answer the proof's id.

    Args:
        client: network address of the visitor, for the rate limit.

    Raises:
        Forbidden: no resident. NotFound: this house sends no SMS. Invalid: not a Japanese mobile number.
        TooManyTries: over 5 codes an account, 3 a number or 20 a client within an hour.
    """
    account_id = _own(actor, "sms")
    address = normal_phone(number)
    if address is None:
        raise Invalid(fields={"phone": FieldError("message.mobile" if number.strip() else "field.required")})
    with unit(actor), unit(SYSTEM):
        limit(f"phone-account:{account_id}", tries=5, seconds=HOUR)
        limit(f"phone-number:{address}", tries=3, seconds=HOUR)
        limit(f"phone-client:{client}", tries=20, seconds=HOUR)
        now = clock.now()
        code = f"{secrets.randbelow(10**6):06d}"
        proof = ContactProof(
            account_id=account_id, channel="sms", address=address, created_at=now,
            expires_at=now + timedelta(minutes=CODE_MINUTES),
        )  # fmt: skip
        proof.code_hash = _hash(proof.pk, code)
        proof.save(force_insert=True)
        _say(
            channel="sms", address=address, template="contact.phone_code", language=language,
            dedupe_key=f"eng_messages:proof:{proof.pk}", code=code,
        )  # fmt: skip
        return proof.pk


def confirm_phone(*, actor: Actor, proof_id: UUID, code: str) -> bool:
    """The number is the actor's when the code is right, unused and in time. Each wrong try counts; five end it.

    Raises:
        Forbidden: no resident. NotFound: this house sends no SMS.
    """
    account_id = _own(actor, "sms")
    with unit(actor), unit(SYSTEM):
        proof = (
            ContactProof.objects.select_for_update().filter(pk=proof_id, account_id=account_id, channel="sms").first()
        )
        if proof is None or proof.used_at or proof.attempts >= TRIES or proof.expires_at < clock.now():
            return False
        proof.attempts += 1
        is_right = constant_time_compare(proof.code_hash, _hash(proof.pk, "".join(code.split())))
        if is_right:
            proof.used_at = clock.now()
            _link(account_id, "sms", proof.address, proof.pk)
        proof.save(update_fields=["attempts", "used_at"])
        return is_right


def issue_chat_code(*, actor: Actor) -> str:
    """A code to be sent to our LINE account within ten minutes; an earlier one ends.

    Raises:
        Forbidden: no resident. NotFound: this house has no LINE account. TooManyTries: over 10 an hour.
    """
    account_id = _own(actor, "line")
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LETTERS))
    now = clock.now()
    with unit(actor), unit(SYSTEM):
        limit(f"chat-account:{account_id}", tries=10, seconds=HOUR)
        ContactProof.objects.filter(account_id=account_id, channel="line", used_at=None).delete()
        ContactProof.objects.create(
            account_id=account_id, channel="line", code_hash=_hash("line", code), created_at=now,
            expires_at=now + timedelta(minutes=CODE_MINUTES),
        )  # fmt: skip
    return code


def take_chat_text(*, actor: Actor, user_id: str, text: str, event_id: str) -> bool:
    """Somebody wrote to our LINE account. A valid code links their chat; other words are not ours to read.

    Args:
        actor: the platform, which has verified the webhook.
        event_id: LINE's id of the event: the same one again says nothing twice.
    """
    code = normal_line_code(text)
    if code is None or not is_user_id(user_id):
        return False
    with unit(actor):
        try:
            limit(f"chat-user:{user_id}", tries=TRIES, seconds=HOUR)
        except TooManyTries:
            return False
        proof = ContactProof.objects.select_for_update().filter(channel="line", code_hash=_hash("line", code)).first()
        if proof is not None and proof.used_at and _is_linked(proof.account_id, user_id):
            return True  # the same event came again
        if proof is None or proof.used_at or proof.expires_at < clock.now():
            _say(
                channel="line", address=user_id, template="contact.chat_not_linked", language="ja",
                dedupe_key=f"eng_messages:chat:{event_id}",
            )  # fmt: skip
            return False
        proof.used_at = clock.now()
        proof.save(update_fields=["used_at"])
        _link(proof.account_id, "line", user_id, proof.pk)
        contact = accounts.contact_of(proof.account_id)
        _say(
            channel="line", address=user_id, template="contact.chat_linked",
            language=contact.language if contact else "ja", dedupe_key=f"eng_messages:chat:{event_id}",
        )  # fmt: skip
        return True


def _is_linked(account_id: UUID, user_id: str) -> bool:
    return ContactPoint.objects.filter(
        account_id=account_id, channel="line", address=user_id, ended_at=None
    ).exists()  # fmt: skip


def leave_chat(*, actor: Actor, user_id: str, at: datetime) -> None:
    """A person blocked our LINE account: nothing goes there any more, mail takes over.

    Args:
        at: when it happened; a report older than the present link is not about it.
    """
    with unit(actor):
        for point in ContactPoint.objects.select_for_update().filter(
            channel="line", address=user_id, ended_at=None, linked_at__lte=at
        ):
            _end(point, "unfollowed")


def end_contact(*, actor: Actor, channel: str) -> None:
    """The actor takes their number or chat off; nothing goes there from now on. Doing it twice is fine.

    Raises:
        Forbidden: no resident. Invalid: neither "sms" nor "line".
    """
    if actor.kind != "resident" or actor.account_id is None:
        raise Forbidden
    if channel not in ("sms", "line"):
        raise Invalid(fields={"channel": FieldError("field.choice")})
    with unit(actor), unit(SYSTEM):
        points = ContactPoint.objects.select_for_update()
        for point in points.filter(account_id=actor.account_id, channel=channel, ended_at=None):
            _end(point, "person")


def _end(point: ContactPoint, why: str) -> None:
    point.ended_at, point.ended_why = clock.now(), why
    point.save(update_fields=["ended_at", "ended_why"])
    _tell(point.account_id, f"ended:{point.pk}")


def _tell(account_id: UUID, what: str) -> None:
    """Mail to the account, in case it was not their wish."""
    send_message(
        actor=SYSTEM, template="contact.changed", account_id=account_id, params={"url_path": "/my/contact/"},
        dedupe_key=f"eng_messages:contact:{what}",
    )  # fmt: skip


def _link(account_id: UUID, channel: str, address: str, proof_id: UUID) -> None:
    """Make it the account's contact point; what was there before, or the chat's earlier account, ends."""
    earlier = ContactPoint.objects.select_for_update().filter(channel=channel, ended_at=None)
    for point in earlier.filter(account_id=account_id):
        point.ended_at, point.ended_why = clock.now(), "replaced"
        point.save(update_fields=["ended_at", "ended_why"])
    if channel == "line":
        for point in earlier.filter(address=address):
            _end(point, "replaced")
    ContactPoint.objects.create(account_id=account_id, channel=channel, address=address, linked_at=clock.now())
    for topic, refusable in topics().items():
        if refusable:  # whoever links a channel wants it used; a choice made before stays
            ContactPreference.objects.get_or_create(
                account_id=account_id, topic=topic, channel=channel,
                defaults={"wanted": True, "changed_at": clock.now()},
            )  # fmt: skip
    _tell(account_id, f"linked:{proof_id}")
