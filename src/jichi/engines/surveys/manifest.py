"""What this room announces to the house."""

from jichi.kernel.manifest import Manifest, Periodic, PersonalData

MANIFEST = Manifest(
    label="eng_surveys",
    path="jichi.engines.surveys",
    title={"ja": "アンケート", "en": "Questionnaires"},
    personal_data=(
        PersonalData(
            table="eng_surveys_mark",
            holds="だれの申込みが答えたかの符号(答えとは結びつかない)",
            purpose="1件の申込みが2回答えないこと",
            retention="アンケートの締切まで",
        ),
        PersonalData(
            table="eng_surveys_reply",
            holds="名前のない答え。自由に書く欄に本人が自分のことを書くことがある",
            purpose="催しや教室をよくすること、担当課への報告",
            retention="アンケートの締切から5年",
        ),
    ),
    periodic=(Periodic(name="surveys.forget", cron="40 3 * * *", function="jichi.engines.surveys.tasks.forget"),),
)
