"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Handler, Manifest, Periodic, Permission, PersonalData

MANIFEST = Manifest(
    label="eng_booking",
    path="jichi.engines.booking",
    title={"ja": "予約と抽選", "en": "Bookings and draws"},
    urls={"i18n:verify/draw/": "jichi.engines.booking.urls"},
    permissions=(
        Permission(
            key="eng_booking.manage",
            title={"ja": "予約と抽選の管理", "en": "Look after bookings and draws"},
            roles=frozenset({"caseworker", "section_chief"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_booking_entry",
            holds="申し込んだ人の利用者ID、人数、希望、結果、料金",
            purpose="催しや枠の申込みの受付、抽選、割り当て",
            retention="催しの終わりから1年",
        ),
        PersonalData(
            table="eng_booking_entryperson",
            holds="同じ人の二重の申込みを見分けるための、催しごとの符号",
            purpose="1人1件の確認",
            retention="催しの終わりから1年",
        ),
        PersonalData(
            table="eng_booking_ticketread",
            holds="申込みごとの、受付をした日時と端末の符号",
            purpose="出席の確認と、2台で受け付けた券の確認",
            retention="催しの終わりから1年",
        ),
        PersonalData(
            table="eng_booking_roombooking",
            holds="部屋を予約した人の利用者IDと時間",
            purpose="部屋の予約",
            retention="利用の日から1年",
        ),
    ),
    handlers=(
        Handler(
            event="jichi.engines.payments.events.ChargeSettled",
            function="jichi.engines.booking.handlers.on_charge_settled",
        ),
        Handler(
            event="jichi.engines.payments.events.ChargeReopened",
            function="jichi.engines.booking.handlers.on_charge_reopened",
        ),
    ),
    periodic=(
        Periodic(name="booking.expire", cron="* * * * *", function="jichi.engines.booking.tasks.release_expired"),
    ),
    commands=(
        Command(
            name="draw",
            function="jichi.engines.booking.commands.main",
            help="run | verify | freeze | round: だれでも確かめられる抽選",
            needs_database=False,
        ),
    ),
)
