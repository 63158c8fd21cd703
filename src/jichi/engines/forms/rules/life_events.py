"""Life events (ライフイベント) by which people look for procedures: their names in five languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .texts import localized

LIFE_EVENTS: Final[Mapping[str, Mapping[str, str]]] = {
    "birth": localized("妊娠・出産", "赤ちゃんが生まれる", "Pregnancy and birth", "怀孕、生育", "임신·출산"),
    "child_raising": localized("子育て", "子どもを育てる", "Raising children", "育儿", "육아"),
    "school": localized("入園・入学", "学校に入る", "Nursery and school", "入园、入学", "입원·입학"),
    "coming_of_age": localized("成人・二十歳", "20歳になる", "Coming of age", "成年、二十岁", "성인·스무 살"),
    "moving": localized("引越し", "引っこし", "Moving house", "搬家", "이사"),
    "marriage": localized("結婚・離婚", "結婚・離婚", "Marriage and divorce", "结婚、离婚", "결혼·이혼"),
    "work": localized("就職・退職", "仕事を始める・やめる", "Starting or leaving work", "就业、离职", "취업·퇴직"),
    "illness": localized(
        "病気・けが・健康", "病気・けが・健康", "Illness, injury and health", "疾病、受伤、健康", "질병·부상·건강"
    ),
    "disability": localized("障害のある方", "障害がある", "Disability", "残障", "장애"),
    "care": localized("高齢・介護", "年をとる・介護", "Ageing and care", "高龄、护理", "고령·간병"),
    "death": localized("お悔やみ", "人がなくなる", "Bereavement", "丧葬", "사망"),
    "business": localized(
        "事業・団体の活動", "会社・グループの活動", "Business and groups", "经营、团体活动", "사업·단체 활동"
    ),
}
"""Code → name. A definition names codes."""
