"""What this room does when a case it sent changes."""

from __future__ import annotations

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.errors import NotIdentified
from jichi.engines.accounts.events import IdentityProved
from jichi.engines.audit.context import system_actor
from jichi.engines.cases import queries as cases
from jichi.engines.cases.events import CaseDecided
from jichi.engines.cases.rules import follow_up_key
from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import FormDefinition, due_after
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock

from .linking import is_person, link_by_identity
from .results import issue_result


def on_case_decided(event: CaseDecided) -> None:
    """The result document comes into being with the decision, or neither does; what is due afterwards is told."""
    # Read once for both: decisions in bulk spend their time here.
    case = cases.case_by_id(event.case_id)
    definition = forms.definition_of(case.form_version_id)
    issue_result(case, definition)
    if event.outcome == "approved":
        tell_what_is_due(case, definition)


def tell_what_is_due(case: cases.CaseRecord, definition: FormDefinition) -> None:
    """Each follow-up of the procedure waits in the applicant's inbox with its last day. Bears repeating."""
    if case.account_id is None:
        return  # entered from paper: nobody is there to be told
    sent_on = case.received_at.astimezone(clock.TOKYO).date()
    for due in due_after(definition, sent_on=sent_on, decided_on=clock.today()):
        inbox.put_item(
            actor=system_actor("applications.follow_up"), account_id=case.account_id, kind="todo", title=due.title,
            url_path=f"/procedures/{due.procedure}/", subject_key=follow_up_key(case.number, due.procedure),
            due_on=due.due_on, about=case.number, dedupe_key=f"{follow_up_key(case.number, due.procedure)}:due",
        )  # fmt: skip


def on_identity_proved(event: IdentityProved) -> None:
    """A login proved by card is linked with the register at once, where there is no doubt whose it is.

    Raises:
        NotIdentified: "identify.other_card", a linked login with the card of somebody else: whoever holds a person's
            mailbox does not become that person by a card of their own. Nothing of the proof is kept.
    """
    if event.provider != "identity" or event.level != "card":
        return
    number = accounts.linked_person(event.account_id)
    if number is None:
        link_by_identity(
            actor=system_actor("applications.identity", purpose="identity_check"), account_id=event.account_id,
            name=event.claims.kana or event.claims.name, birth_date=event.claims.birth_date,
            postcode=event.claims.postcode,
        )  # fmt: skip
    elif not is_person(number, names=(event.claims.kana, event.claims.name), birth_date=event.claims.birth_date):
        raise NotIdentified("identify.other_card")
