"""One sanctioned way to erase a case; certificates stay; holds and certificates are kept in the audit trail."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track


class Migration(migrations.Migration):
    dependencies = [
        ("office_administration", "0003_retention"), ("eng_audit", "0003_erasing"), ("eng_cases", "0008_counting"),
        ("eng_forms", "0006_guest_functions"), ("eng_routes", "0003_asking"), ("eng_inbox", "0002_functions"),
        ("eng_messages", "0004_channel_functions"),
    ]  # fmt: skip
    operations = [
        run_sql_file(Path(__file__).parent.parent / "sql" / "retention.sql"),
        track("office_administration_hold", subject="subject"),
        track("office_administration_erasure", leave_out=("hashes",)),
    ]
