"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest, Permission, PersonalData

HANDLES = frozenset({"caseworker", "section_chief"})

MANIFEST = Manifest(
    label="eng_mandates",
    path="jichi.engines.mandates",
    title={"ja": "口座振替の契約", "en": "Account transfer mandates"},
    permissions=(
        Permission(
            key="eng_mandates.view",
            title={"ja": "課の口座振替を見る", "en": "See account transfers"},
            roles=HANDLES | {"case_reader"},
        ),
        Permission(
            key="eng_mandates.edit",
            title={"ja": "口座振替の登録・変更・依頼", "en": "Register and change account transfers"},
            roles=HANDLES,
        ),
    ),
    personal_data=(
        PersonalData(
            table="eng_mandates_mandate",
            holds="宛名番号、金融機関と支店、口座番号と口座名義(暗号化)",
            purpose="口座振替による収納",
            retention="終了した年度の翌年度から5年",
        ),
    ),
)
