"""Session, account and link of a visitor in one row."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_accounts", "0010_invitation_audit")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "visitors.sql")]
