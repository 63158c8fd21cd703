"""This room of the sample ward: an inventory of 1,661 procedures, a third of them online, with targets.

Names are put together from what such procedures are about and what one does; figures are invented.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel.calendar import add_months, fiscal_year
from jichi.kernel.sampling import SampleContext

from . import actions, queries, rules
from .rules import Entry

SYSTEM: Final = system_actor("sample", purpose="sample")
TOTAL: Final = 1_661
_ACTS: Final = (
    "申請", "変更の届出", "廃止の届出", "再交付の申請", "更新の申請", "取下げの届出", "証明の申請", "減免の申請",
    "実績の報告", "請求", "中止の届出", "承継の届出",
)  # fmt: skip
_ABOUT: Final = {
    "residents": (
        "住民票の写し", "印鑑登録", "転入", "転出", "世帯主", "在留カードの住居地", "個人番号カード", "戸籍の証明",
        "電子証明書", "特別永住者証明書", "通知カード", "本人通知制度", "住居表示", "火葬許可", "国民健康保険の資格",
        "国民年金の免除", "後期高齢者医療の資格", "被保険者証",
        "高額療養費", "出産育児一時金", "葬祭費", "限度額の認定",
        "区民税の課税", "軽自動車の標識", "納税管理人", "口座振替", "臨時運行の許可", "自動車の仮ナンバー",
    ),
    "youth": (
        "児童手当", "児童扶養手当", "子ども医療費の助成", "保育園の入園", "保育の必要量", "一時保育", "病児保育",
        "学童クラブ", "ひとり親家庭の医療費", "母子生活支援施設",
        "養育費の確保", "就学援助", "奨学金", "区立幼稚園の入園",
        "指定校の変更", "特別支援教育の就学", "二十歳のつどい", "青少年の団体活動", "児童館の利用", "里親の研修",
        "子育て短期支援", "認可外保育施設", "出産の応援金", "ベビーシッターの利用", "家事の支援", "育児の用具",
        "遊び場の開放", "子ども食堂の補助金",
    ),
    "health": (
        "予防接種の予診票", "予防接種の費用の払戻し", "妊婦健康診査の受診票",
        "母子健康手帳", "特定医療費", "精神障害者保健福祉手帳",
        "自立支援医療", "がん検診", "小児慢性特定疾病", "飲食店の営業", "理容所の開設", "旅館の営業", "犬の登録",
        "狂犬病予防注射済票", "診療所の開設", "施術所の開設", "薬局の開設", "毒物劇物の販売", "食品衛生責任者",
        "受動喫煙の防止", "結核の医療費", "健康診査",
        "骨髄提供者の助成", "不妊治療の助成", "水道施設", "公衆浴場の営業",
        "墓地の経営", "化製場等の設置",
    ),
    "community": (
        "町会等の補助金", "集会所の利用", "地域活動の保険", "防災資材の助成", "防犯カメラの設置", "掲示板の設置",
        "ごみの集団回収", "粗大ごみ", "公園の占用", "道路の占用", "道路の工事", "特殊車両の通行", "駐輪場の利用",
        "放置自転車の返還", "私道の整備", "沿道の掘削", "屋外広告物", "緑化の助成", "生け垣の助成", "雨水の貯留",
        "耐震の診断", "建築物の除却", "空き家の活用",
        "商店街の催し", "中小企業の融資", "創業の支援", "文化財の現状の変更",
        "体育施設の利用",
    ),
    "information": (
        "情報公開", "個人情報の開示", "個人情報の訂正", "審査請求", "後援の名義", "印刷物の広告", "統計調査員",
        "入札の参加資格", "契約の代金", "業務の完了", "物品の納入", "行政財産の使用", "普通財産の貸付け", "寄附",
        "ふるさと納税", "区民の声", "会議の傍聴", "職員の採用試験", "会計年度任用職員", "広報紙の配布", "庁舎の使用",
        "庁舎の駐車場", "議会の傍聴", "請願", "陳情", "住民監査請求", "表彰の推薦", "区史の利用",
    ),
}  # fmt: skip
_OWN: Final = {
    "coming-of-age": ("youth", "二十歳のつどい 参加申込"),
    "vaccination-form-reissue": ("health", "予防接種予診票の再発行"),
    "juminhyo-copy": ("residents", "住民票の写しの交付"),
    "neighbourhood-subsidy": ("community", "町会等補助金の交付申請"),
    "neighbourhood-subsidy-report": ("community", "町会等補助金の実績報告"),
}  # fmt: skip
_REASONS: Final = ("seal", "seal", "seal", "law", "in_person", "in_person", "original", "fee", "system", "other")


def fill(context: SampleContext) -> None:
    """Import the inventory as the DX office would, and set three targets. What is there already stays."""
    if queries.all_entries():
        return
    here = {one.code for one in accounts.divisions()}
    entries = [entry for entry in _entries(context) if entry.division in here]
    names = queries.division_names()
    key = actions.read_load(actor=SYSTEM, filename="tetsuzuki.csv", data=rules.write_file(entries, names))
    with unit(SYSTEM):
        load = queries.load(key)
    if load is None or load.state != "ready":
        raise RuntimeError(f"the sample's inventory is wrong: {load.errors[:3] if load else None}")
    actions.apply_load(actor=SYSTEM, id=key, expected=load.fingerprint)
    year = fiscal_year(context.today)
    for end, count in ((year, 358), (year + 1, 500), (year + 2, 700)):
        actions.set_target(actor=SYSTEM, day=date(end, 3, 31), count=count)


def _entries(context: SampleContext) -> list[Entry]:
    rng = context.rng_for("inventory")
    published = queries.published()
    found = [
        Entry(
            code=f"JC-{place:04}", name=name, division=division, applicants="個人", volume=rng.randrange(40, 9000),
            state="online", online_since=published[slug] if published[slug] <= context.today else None, slug=slug,
        )
        for place, (slug, (division, name)) in enumerate(_OWN.items(), start=1)
        if slug in published
    ]  # fmt: skip
    pairs = [(division, f"{about}の{act}") for division, all_ in _ABOUT.items() for about in all_ for act in _ACTS]
    rng.shuffle(pairs)
    for division, name in pairs[: TOTAL - len(found)]:
        found.append(_one(rng, f"TZ-{len(found) + 1:04}", division, name, context.today))
    return found


def _one(rng: Random, code: str, division: str, name: str, today: date) -> Entry:
    volume = None if rng.random() < 0.04 else int(rng.lognormvariate(4.2, 1.6))
    draw = rng.random()
    state = "online" if draw < 0.245 else "preparing" if draw < 0.29 else "planned" if draw < 0.43 else "none"
    state = "ended" if draw > 0.985 else state
    reasons: tuple[str, ...] = ()
    if state == "none" or (state in rules.MAY_PLAN and rng.random() < 0.3):
        drawn = {rng.choice(_REASONS) for _ in range(1 + (rng.random() < 0.2))}
        reasons = tuple(reason for reason in rules.REASONS if reason in drawn)
    return Entry(
        code=code, name=name, division=division, volume=volume, state=state, reasons=reasons,
        basis=f"{name.partition('の')[0]}に関する規則第{rng.randrange(2, 40)}条",
        applicants=rng.choice(("個人", "個人", "事業者", "団体")),
        note="窓口での確認の方法を検討中" if "other" in reasons else "",
        planned_on=add_months(today.replace(day=1), rng.randrange(1, 22)) if state in rules.MAY_PLAN else None,
        # The pace grew: most of what is online came in the last year.
        online_since=today - timedelta(days=int(900 * rng.random() ** 1.6)) if state == "online" else None,
    )  # fmt: skip
