"""Audit and row security of identities, representation and signatures."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track


class Migration(migrations.Migration):
    dependencies = [("eng_accounts", "0003_identity"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(Path(__file__).parent.parent / "sql" / "security.sql"),
        track("eng_accounts_identity", subject="account_id", leave_out=("subject",)),
        track("eng_accounts_representation", subject="principal_no", leave_out=("code_hash",)),
        track("eng_accounts_signingrequest", subject="account_id"),
        track("eng_accounts_signatureevidence", subject="account_id"),
    ]
