"""What a guest never becomes, and audit and row rules of the links that open a guest's application."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track


class Migration(migrations.Migration):
    dependencies = [("eng_accounts", "0006_guests"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(Path(__file__).parent.parent / "sql" / "guests.sql"),
        track("eng_accounts_guestlink", subject="account_id", leave_out=("email", "token_hash")),
    ]
