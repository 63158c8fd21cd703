"""Audit functions, append-only guard, and the application's narrow right to append."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import APP_ROLE, run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_audit", "0001_initial")]
    operations = [
        run_sql_file(Path(__file__).parent.parent / "sql" / "functions.sql"),
        migrations.RunSQL(
            f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON eng_audit_auditevent FROM {APP_ROLE}",
            migrations.RunSQL.noop,
        ),
    ]
