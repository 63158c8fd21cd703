"""Every change to the inventory and its targets is kept in the audit trail."""

from django.db import migrations

from jichi.engines.audit.track import track


class Migration(migrations.Migration):
    dependencies = [("front_inventory", "0001_initial"), ("eng_audit", "0002_functions")]
    operations = [
        track("front_inventory_listedprocedure", leave_out=("search_text", "updated_at")),
        track("front_inventory_target"),
        track("front_inventory_load", leave_out=("content", "errors")),
    ]
