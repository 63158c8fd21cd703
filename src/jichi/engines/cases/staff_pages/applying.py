"""Who applied, as what, and what stands behind it beside the answers: a signature, a second person's confirmation."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from jichi.design.parts import Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.forms import queries as forms
from jichi.kernel.calendar import format_datetime

from .sight import Sight

_AS: Final = {
    "household": "同じ世帯の人", "parent": "保護者", "guardian": "法定代理人", "agent": "代理人(委任)",
    "officer": "団体の役員",
}  # fmt: skip


def facts_of_applying(sight: Sight) -> list[Fact]:
    """Lines for the head of a case; none where somebody applies for themselves with nothing to prove."""
    rows: list[Fact] = []
    record, sent = sight.record, sight.sent
    if record.subject_no != record.applicant_no:
        name = next((p.record.display_name for p in sight.people if p.record and p.facts == ("applicant",)), "")
        role = _AS.get(sent.applies_as, "")
        if name or role:
            rows.append(Fact(label="申請した人", value=f"{name}({role})" if name and role else name or role, name=True))
    if sent.definition.identification == "none" and record.account_id is not None:
        rows += _guest(record.account_id)
    if sent.definition.signature is not None and record.channel == "web":
        rows.append(Fact(label="署名", value=_signature(sight)))
    confirmed = forms.confirmed_by(sent)
    if confirmed is not None:
        who, at = confirmed
        told = f"{who} {format_datetime(at, 'ja', 'staff')}に確認"
        rows.append(Fact(label="もう1人の確認", value=told, name=True))
    return rows


def _guest(account_id: UUID) -> list[Fact]:
    """Somebody who never signed in, and whether the decision will reach them; one statement."""
    contact = accounts.contact_of(account_id)
    if contact is None or contact.kind != "guest":
        return []
    reached = "結果はメールで届きます" if contact.email else "連絡先がないので、結果を知らせる先がありません"
    return [Fact(label="申請のしかた", value=f"ログインなし。{reached}")]


def _signature(sight: Sight) -> str:
    """One statement; the evidence is for those who may see it."""
    found = accounts.signature(sight.sent.content_hash, sight.sent.account_id)
    if found is None:
        return "記録がないか、見る権限がありません"
    return f"カードで署名 {format_datetime(found.signed_at, 'ja', 'staff')}(証明書番号 {found.certificate_serial})"
