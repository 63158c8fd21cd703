"""What a load costs: which load wrote a row is asked once a statement, and only what is searched by is counted."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from jichi.engines.audit.track import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("eng_registry", "0007_town_places")]
    operations = [
        migrations.AlterField(
            model_name="resident",
            name="load",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="eng_registry.registerload",
            ),
        ),
        run_sql_file(Path(__file__).parent.parent / "sql" / "loading.sql"),
    ]
