"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Handler, Manifest, Periodic, Permission, PersonalData, Retention

MANIFEST = Manifest(
    label="eng_forms",
    path="jichi.engines.forms",
    api="jichi.engines.forms.api.router",
    title={"ja": "様式", "en": "Forms"},
    permissions=(
        Permission(
            key="eng_forms.publish",
            title={"ja": "手続の公開と停止", "en": "Publish and close procedures"},
            roles=frozenset({"administrator", "procedure_designer"}),
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_forms_draft",
            holds="宛名番号、書きかけの申請内容",
            purpose="申請の入力を続けられるようにする",
            retention="最後の保存から30日",
        ),
        PersonalData(
            table="eng_forms_confirmation",
            holds="確認を頼まれた人の氏名とメールアドレス",
            purpose="もう1人の確認が要る申請で、内容を確かめてもらう",
            retention="下書きと同じ。送った申請のものは手続ごとの保存年限",
        ),
        PersonalData(
            table="eng_forms_submission",
            holds="宛名番号、申請内容、添付書類",
            purpose="申請の審査",
            retention="手続ごとの保存年限",
        ),
    ),
    retention=(
        Retention(
            key="forms.drafts",
            title={"ja": "書きかけの申請"},
            table="eng_forms_draft",
            period="30日",
            starts="最後の保存",
            basis="申請の下書きの取扱い(区の定め)",
            deletes="入力した内容、添付したファイル、もう1人の方への確認の依頼",
            stays="なし",
            over="jichi.engines.forms.retention.over",
            erase="jichi.engines.forms.retention.erase",
        ),
    ),
    commands=(
        Command(
            name="procedure",
            function="jichi.engines.forms.commands.main",
            help="check | compare | draft | translations | publish | schema: 手続の定義ファイル",
            needs_database=False,
        ),
        Command(
            name="procedure-publish",
            function="jichi.engines.forms.commands.publish",
            help="what `jichi procedure publish` runs on the database",
        ),
    ),
    periodic=(
        Periodic(name="forms.remind", cron="0 9 * * *", function="jichi.engines.forms.tasks.remind_drafts"),
        Periodic(name="forms.guests", cron="20 3 * * *", function="jichi.engines.forms.tasks.forget_guests"),
    ),
    handlers=(
        Handler(
            event="jichi.engines.accounts.events.GuestHandedOver",
            function="jichi.engines.forms.handlers.on_guest_handed_over",
            order=10,
        ),
    ),
    message_templates="jichi.engines.forms.message_templates.TEMPLATES",
)
