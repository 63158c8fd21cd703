"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest, Periodic

MANIFEST = Manifest(
    label="eng_statistics",
    path="jichi.engines.statistics",
    title={"ja": "統計", "en": "Statistics"},
    doctor=("jichi.engines.statistics.doctor.findings",),
    periodic=(
        Periodic(name="statistics.add_up", cron="*/15 * * * *", function="jichi.engines.statistics.tasks.add_up"),
        Periodic(
            name="statistics.keep_in_order", cron="5 0 * * *", function="jichi.engines.statistics.tasks.keep_in_order"
        ),
        Periodic(name="statistics.observe", cron="40 4 * * *", function="jichi.engines.statistics.tasks.observe"),
    ),
)
