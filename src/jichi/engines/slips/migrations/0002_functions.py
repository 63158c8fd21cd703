"""Guards, row security and audit of slips."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_slips", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        who_acts(system="slips_is_system"),
        run_sql_file(SQL / "security.sql"),
        track("eng_slips_slipterms"),
        track("eng_slips_sliprun"),
        track("eng_slips_slip", leave_out=("paper",)),
        track("eng_slips_slippart"),
    ]
