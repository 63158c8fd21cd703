"""The key of a message keeps its unique index; the one for patterns, which nobody asks for, goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("eng_messages", "0004_channel_functions")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("message", "dedupe_key", models.TextField()),
                migrations.AddConstraint(
                    "message",
                    models.UniqueConstraint(fields=("dedupe_key",), name="eng_messages_message_dedupe_key_key"),
                ),
            ],
            database_operations=[migrations.RunSQL("DROP INDEX eng_messages_message_dedupe_key_ba815284_like")],
        ),
    ]
