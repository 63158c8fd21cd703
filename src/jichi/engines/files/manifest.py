"""What this room announces to the house."""

from jichi.kernel.manifest import Command, Manifest, Periodic, PersonalData, Retention

MANIFEST = Manifest(
    label="eng_files",
    path="jichi.engines.files",
    title={"ja": "ファイル", "en": "Files"},
    personal_data=(
        PersonalData(
            table="eng_files_storedfile",
            holds="添付書類と交付文書(内容、ファイル名、提出した利用者)",
            purpose="申請の審査と結果の交付",
            retention="用途ごとの保存年限。期限の翌日に自動で削除",
        ),
    ),
    retention=(
        Retention(
            key="files.expired",
            title={"ja": "保存期限を過ぎたファイル"},
            table="eng_files_storedfile",
            period="用途ごとの保存期限",
            starts="保存した日",
            basis="用途ごとの定め(jichi files retention)",
            deletes="ファイルの名前と内容、縮小した画像",
            stays="ほかの用途で同じ内容を保存したもの",
            over="jichi.engines.files.retention.over",
            erase="jichi.engines.files.retention.erase",
        ),
    ),
    commands=(
        Command(
            name="files",
            function="jichi.engines.files.commands.main",
            help="check | sweep | rescan | retention: 保存したファイルの点検と片付け",
        ),
    ),
    periodic=(
        Periodic(name="files.rescan", cron="* * * * *", function="jichi.engines.files.tasks.rescan_waiting"),
        Periodic(name="files.sweep", cron="40 3 * * *", function="jichi.engines.files.tasks.sweep"),
    ),
    doctor=("jichi.engines.files.commands.findings",),
)
