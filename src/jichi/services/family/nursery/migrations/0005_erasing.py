"""Retention of nursery admission: what a round holds of persons goes when its years are over."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("family_nursery", "0004_links"), ("eng_audit", "0003_erasing")]
    operations = [run_sql_file(Path(__file__).parent.parent / "sql" / "erasing.sql")]
