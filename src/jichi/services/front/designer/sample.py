"""This room of the sample ward: a design of a new procedure, half written, and a next version of one that runs."""

from __future__ import annotations

from typing import Any, Final

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor
from jichi.kernel import clock
from jichi.kernel.sampling import SampleContext

from . import actions, queries, rules

SYSTEM: Final = system_actor("sample", purpose="sample")
SLUG: Final = "bench-repair"
RUNNING: Final = "ward-opinion"
_PAGES: Final[Any] = [
    {"id": "place", "title": "ベンチの場所", "fields": [
        {"id": "park", "kind": "text", "label": "公園の名前", "max_length": 60},
        {"id": "photo", "kind": "file", "label": "壊れたところの写真", "required": False, "max_files": 3},
    ]},
    {"id": "danger", "fields": [
        {"id": "dangerous", "kind": "yesno", "label": "けがをするおそれがありますか", "noun": "けがのおそれ"},
    ]},
    {"id": "how", "title": "危ないところ", "show_if": {"field": "dangerous", "equals": "yes"}, "fields": [
        {"id": "danger_text", "kind": "textarea", "label": "どのように危ないですか", "noun": "危ないところ"},
    ]},
]  # fmt: skip


def fill(context: SampleContext) -> None:
    """Begin both designs as the platform. What is there already stays."""
    if accounts.division("community") is None or queries.open_designs_exist():
        return
    source = rules.empty_definition(SLUG, "公園のベンチの修理の依頼", "community")
    source |= {
        "summary": "公園のベンチが壊れているのを見つけたときに、場所を知らせることができます。", "pages": _PAGES,
        "legal_basis": [{"title": "みどり区立公園条例", "article": "第10条"}], "fee": 0,
        "identification": "none", "contact": "地域振興課 公園担当",
    }  # fmt: skip
    first = actions.begin_from_file(actor=SYSTEM, text=rules.to_yaml(source))
    actions.keep_example(
        actor=SYSTEM, id=first, name="危ないときは、理由も聞く", who="adult", day=clock.today(), answers={},
        raw={"park": ["みどり公園"], "dangerous": ["yes"], "danger_text": ["板が割れて、くぎが出ています。"]},
    )  # fmt: skip
    if queries.running(RUNNING) is not None:
        id = actions.begin_new_version(actor=SYSTEM, slug=RUNNING)
        actions.save_part(
            actor=SYSTEM, id=id, place=("pages", "opinion"), items=["intro"], expected_revision=1,
            raw={"intro": ["名前や住所など、個人のことは書かないでください。返事は、10開庁日までにします。"]},
        )  # fmt: skip
