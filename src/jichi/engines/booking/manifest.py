"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Handler, Manifest, Periodic, Permission, PersonalData, Retention

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
            table="eng_booking_linkedperson",
            holds="同じ人を見分けるための、つながる催しのまとまりごとの符号",
            purpose="つながる催しの中で1人1席の確認",
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
    retention=(
        Retention(
            key="booking.entries",
            title={"ja": "催しや枠の申込みの、だれのものか"},
            table="eng_booking_entry",
            period="1年",
            starts="最後の回の終わり(日時のないものは受付の締切)",
            basis="催しの申込みの取扱い(区の定め)",
            deletes="利用者ID、同じ人を見分ける符号、受付の端末の記録",
            stays="申込番号、人数、希望、結果。公開した抽選の記録は変わらない。支払いが残るものは残す",
            over="jichi.engines.booking.retention.over",
            erase="jichi.engines.booking.retention.erase",
        ),
        Retention(
            key="booking.rooms",
            title={"ja": "部屋の予約の、だれのものか"},
            table="eng_booking_roombooking",
            period="1年",
            starts="使い終わり",
            basis="部屋の予約の取扱い(区の定め)",
            deletes="利用者ID",
            stays="部屋と時間",
            over="jichi.engines.booking.retention.over",
            erase="jichi.engines.booking.retention.erase",
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
