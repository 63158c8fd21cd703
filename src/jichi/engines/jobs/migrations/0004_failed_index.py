"""Failed jobs found without looking at those that went well."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_jobs", "0003_failures"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "failed.sql")]
