"""Examples with their expected outcome stand beside a design; their answers are not copied into the trail."""

from django.db import migrations, models
from django.db.migrations.operations import RunSQL

from jichi.engines.audit.track import track

TABLE = "front_designer_design"


class Migration(migrations.Migration):
    dependencies = [("front_designer", "0002_audit")]
    operations = [
        migrations.AddField("design", "examples", models.JSONField(default=list)),
        migrations.AddField("design", "failing", models.IntegerField(default=0)),
        RunSQL(f"DROP TRIGGER audit_{TABLE} ON {TABLE}", RunSQL.noop),
        track(TABLE, leave_out=("source", "updated_at", "examples")),
    ]
