"""Guards, functions, row security and audit of bookings."""

from pathlib import Path

from django.db import migrations

from jichi.engines.audit.track import run_sql_file, track, who_acts

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("eng_booking", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        run_sql_file(SQL / "guards.sql"),
        run_sql_file(SQL / "functions.sql"),
        who_acts(system="booking_is_system", account="booking_account", divisions=("booking_divisions", "eng_booking.manage")),
        run_sql_file(SQL / "security.sql"),
        track("eng_booking_offering"),
        track("eng_booking_entry", subject="account_id"),
        track("eng_booking_place"),
        track("eng_booking_room"),
        track("eng_booking_roombooking", subject="account_id"),
        track("eng_booking_draw", leave_out=("params", "entries", "record")),
    ]
