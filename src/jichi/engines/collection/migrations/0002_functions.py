"""Functions, guards, row security and audit of collection."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("eng_collection", "0001_initial"),
        ("eng_audit", "0002_functions"),
        ("eng_ledger", "0002_functions"),
    ]
    operations = [
        who_acts(system="collection_is_system", divisions=("collection_divisions", "eng_collection.view")),
        *(run_sql_file(SQL / f"{name}.sql") for name in ("functions", "guards", "security")),
        track("eng_collection_levykind"),
        track("eng_collection_assessment", subject="payer_no"),
        track("eng_collection_change"),
        track("eng_collection_relief"),
        track("eng_collection_limitationevent"),
        track("eng_collection_reversal"),
        track("eng_collection_refund"),
        track("eng_collection_refundpaid"),
    ]
