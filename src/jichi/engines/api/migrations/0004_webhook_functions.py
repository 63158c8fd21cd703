"""Functions and audit of webhooks."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_api", "0003_webhooks"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(SQL / "webhooks.sql"),
        track("eng_api_subscription", leave_out=("secret", "secret_before")),
    ]
