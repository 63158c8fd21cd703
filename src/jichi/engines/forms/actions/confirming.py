"""A second person confirms what will be sent: by a mailed link, with the code that the applicant tells them."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.messages.actions import send_message
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.text import normalise_name

from ..models import Confirmation
from ..queries import CODE_TRIES, asked_by, token_hash
from ..rules.values import read_email
from .drafts import locked_draft

LONGEST_NAME: Final = 100
PLATFORM: Final = system_actor("forms.confirm", purpose="confirm")


def ask_confirmation(*, actor: Actor, draft_id: UUID, content_hash: str, name: str, email: str) -> UUID:
    """Ask a second person to confirm just this content; whoever was asked before can't any more.

    Args:
        content_hash: of what would be sent now (`Unconfirmed.content_hash`).
        name, email: of the second person; the mail holds a link and nothing of the application.

    Raises:
        NotFound, Conflict: as `locked_draft`; NotFound where the procedure asks for no second person.
        Invalid: name or e-mail address missing or wrong.
    """
    with unit(actor):
        view = locked_draft(draft_id)
        second = view.definition.second_person
        if second is None:
            raise NotFound
        kept_name, kept_email = _checked(name, email)
        Confirmation.objects.filter(draft_id=draft_id, state="asked").update(state="replaced")
        token, now = secrets.token_urlsafe(24), clock.now()
        made = Confirmation.objects.create(
            draft_id=draft_id, content_hash=content_hash, name=kept_name, email=kept_email,
            token_hash=token_hash(token), code=f"{secrets.randbelow(10**6):06d}",
            asked_at=now, expires_at=now + timedelta(days=second.days),
        )  # fmt: skip
        send_message(
            actor=actor, template="forms.confirm", email=kept_email, language=view.language,
            params={"url_path": f"/confirm/{token}/", "due_on": made.expires_at.astimezone(clock.TOKYO).date()},
            dedupe_key=f"eng_forms:confirmation:{made.pk}",
        )  # fmt: skip
        return made.pk


def _checked(name: str, email: str) -> tuple[str, str]:
    kept, wrong = normalise_name(name.strip()), {}
    if not kept:
        wrong["name"] = FieldError("field.required")
    elif len(kept) > LONGEST_NAME:
        wrong["name"] = FieldError("field.too_long", {"max": LONGEST_NAME, "now": len(kept)})
    address = read_email(email)
    if address is None:
        wrong["email"] = FieldError("field.email" if email.strip() else "field.required")
    if wrong:
        raise Invalid(fields=wrong)
    return kept, address or ""


def answer_confirmation(*, actor: Actor, token: str, code: str, agrees: bool | None) -> bool:
    """The second person's answer; False where the code is wrong (counted, five times at most). Given once.

    Args:
        actor: whoever opened the link; signed in or not.
        token: of the link, with `code` as the applicant told it.
        agrees: None: no answer yet, only the right to read what is to be confirmed.

    Raises: as `queries.asked_by`.
    """
    with unit(actor):
        request_id, view = asked_by(token)
    with unit(PLATFORM):
        row = Confirmation.objects.select_for_update().get(pk=request_id)
        if row.state != "asked" or row.tries >= CODE_TRIES:
            raise Conflict("confirmation.over")
        if not secrets.compare_digest(row.code, code.strip()):
            Confirmation.objects.filter(pk=row.pk).update(tries=row.tries + 1)
            return False
        if agrees is None:
            return True
        state = "confirmed" if agrees else "refused"
        Confirmation.objects.filter(pk=row.pk).update(state=state, answered_at=clock.now())
        send_message(
            actor=PLATFORM, template=f"forms.{state}", account_id=view.account_id,
            params={"url_path": f"/apply/{view.id}/second/"}, dedupe_key=f"eng_forms:confirmation:{row.pk}:{state}",
        )  # fmt: skip
        return True
