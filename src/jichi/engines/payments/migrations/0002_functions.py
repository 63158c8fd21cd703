"""Functions, guards, row security and audit of payments."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("eng_payments", "0001_initial"),
        ("eng_audit", "0002_functions"),
        ("eng_inbox", "0002_functions"),
        ("eng_messages", "0002_functions"),
    ]
    operations = [
        run_sql_file(SQL / "functions.sql"),
        run_sql_file(SQL / "guards.sql"),
        who_acts(system="payments_is_system", account="payments_account", divisions=("payments_divisions", "eng_payments.view")),
        run_sql_file(SQL / "security.sql"),
        track("eng_payments_charge", subject="payer_no", leave_out=("title",)),
        track("eng_payments_checkout", leave_out=("url", "next_look_at")),
        track("eng_payments_payment"),
        track("eng_payments_receipt"),
        track("eng_payments_refund", leave_out=("claim", "lease_until", "next_attempt_at", "attempts", "changed_at")),
    ]
