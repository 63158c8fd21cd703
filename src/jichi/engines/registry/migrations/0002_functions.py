"""Functions, row security and audit of this room."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track


class Migration(migrations.Migration):
    dependencies = [
        ("eng_registry", "0001_initial"),
        ("eng_accounts", "0001_initial"),
        ("eng_audit", "0002_functions"),
    ]
    operations = [
        run_sql_file(Path(__file__).parent.parent / "sql" / "functions.sql"),
        track("eng_registry_registerload"),
        track("eng_registry_organization", subject="addressee_no"),
        track("eng_registry_protection", subject="applicant_no"),
        track("eng_registry_protectedperson", subject="addressee_no"),
        track("eng_registry_protectionblock"),
        track("eng_registry_district"),
    ]
