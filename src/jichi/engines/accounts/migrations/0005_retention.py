"""How long representation and signatures are kept."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_accounts", "0004_identity_rules")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "retention.sql")]
