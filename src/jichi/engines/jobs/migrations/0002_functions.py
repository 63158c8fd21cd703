"""The functions that put jobs into the queue and take them back from dead workers."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_jobs", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "functions.sql")]
