"""A mailed link is used once and never rewritten, whatever the code does."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_accounts", "0007_guest_rules")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "guest_links.sql")]
