"""Functions, audit and row rules of this room."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SECRETS = ("password", "totp_secret", "totp_last_step", "enrolment_code", "last_login")


class Migration(migrations.Migration):
    dependencies = [("eng_accounts", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(Path(__file__).parent.parent / "sql" / "functions.sql"),
        track("eng_accounts_division"),
        track("eng_accounts_account", subject="id", leave_out=SECRETS),
        track("eng_accounts_post"),
        track("eng_accounts_postholding", subject="account_id"),
        track("eng_accounts_personlink", subject="addressee_no"),
        track("eng_accounts_linkrequest", subject="account_id", leave_out=("code_hash",)),
        track("eng_accounts_recoverycode", subject="account_id", leave_out=("code_hash",)),
    ]
