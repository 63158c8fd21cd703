"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest

MANIFEST = Manifest(
    label="eng_booking",
    path="jichi.engines.booking",
    title={"ja": "予約と抽選", "en": "Bookings and draws"},
    urls={"i18n:verify/draw/": "jichi.engines.booking.urls"},
    commands=(
        Command(
            name="draw",
            function="jichi.engines.booking.commands.main",
            help="run | verify | freeze | round: だれでも確かめられる抽選",
            needs_database=False,
        ),
    ),
)
