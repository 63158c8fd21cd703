"""Row security, guards and audit of account transfers."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("tax_direct_debit", "0001_initial"),
        ("eng_audit", "0002_functions"),
        ("eng_mandates", "0002_functions"),
    ]
    operations = [
        run_sql_file(SQL / "security.sql"),
        track("tax_direct_debit_bank"),
        track("tax_direct_debit_offer"),
        track("tax_direct_debit_registration", subject="payer_no", leave_out=("nonce",)),
        track("tax_direct_debit_entry", subject="payer_no"),
    ]
