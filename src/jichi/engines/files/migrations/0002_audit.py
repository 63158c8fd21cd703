"""Files under audit. File names stay out of the trail: people write names and illnesses into them."""

from django.db import migrations

from jichi.engines.audit.track import track


class Migration(migrations.Migration):
    dependencies = [
        ("eng_files", "0001_initial"),
        ("eng_audit", "0002_functions"),
    ]
    operations = [
        track("eng_files_storedfile", subject="created_by", leave_out=("filename",)),
        track("eng_files_retentionrule"),
    ]
