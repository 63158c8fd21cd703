"""Changes after a draw are appended to its record."""

from pathlib import Path

from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0002_functions")]
    operations = [
        migrations.AddField("draw", "changes", models.JSONField(default=list)),
        run_sql_file(SQL / "changes.sql"),
    ]
