"""Components: escaped input, ids and attributes that readers need, no inline code."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.template import engines
from django.utils import translation

from jichi.design import gallery, render_fields, render_lists, render_parts
from jichi.design.chart_picture import chart_picture
from jichi.design.charts import nice_top, render_chart
from jichi.design.dates import DateParts, parts_from, parts_of, read_date
from jichi.design.fields import FormField, Option, SentFile, SummaryError, errors_for, with_values
from jichi.design.navigation import render_main, render_tools
from jichi.design.parts import (
    Card,
    Chart,
    Column,
    Contact,
    Difference,
    Event,
    Fact,
    Figure,
    Link,
    Listing,
    Progress,
    Row,
    Series,
    Task,
    TaskGroup,
)
from jichi.kernel.errors import FieldError, Invalid

BAD = '<b a="1">&\'"</b>'
KINDS = tuple(render_fields._DRAW)


@pytest.fixture(autouse=True)
def _japanese() -> object:
    with translation.override("ja"):
        yield


def bad_field(kind: str) -> FormField:
    value: object = DateParts("", BAD, BAD, BAD) if kind == "date" else BAD
    return FormField(
        name=BAD,
        label=BAD,
        kind=kind,  # type: ignore[arg-type] # each of KINDS
        hint=BAD,
        value=value,
        error=BAD,
        unit=BAD,
        options=(Option(BAD, BAD, BAD),),
        files=(SentFile(BAD, BAD, BAD, BAD),),
    )


def drawn() -> dict[str, str]:
    """Every component with hostile contents."""
    at = dt.datetime(2026, 6, 10, 20, 15, tzinfo=dt.UTC)
    listing = Listing(
        caption=BAD,
        columns=(Column(key=BAD, title=BAD, head=True), Column(key="b", title=BAD, sort=True, number=True)),
        rows=[Row(cells=(BAD, BAD), url=BAD, key=BAD)],
        url="/x/",
        params={"q": BAD},
        search=FormField(name="q", label=BAD, value=BAD),
        filters=(FormField(name="f", label=BAD, kind="select", options=(Option(BAD, BAD),), value=BAD),),
        total=1,
        after=BAD,
        before=BAD,
        csv_url=BAD,
        bulk=((BAD, BAD, BAD),),
    )
    chart = Chart(title=BAD, description=BAD, labels=(BAD,), series=(Series(BAD, (1,)),), unit=BAD, source=BAD)
    nav = [
        {"label": BAD, "url": BAD, "current": True, "area": area} for area in ("apply", "apply", "inbox", "sign_out")
    ]
    parts: dict[str, str] = {kind: render_fields.render_field(bad_field(kind)) for kind in KINDS}
    return {
        **parts,
        "summary": render_fields.render_error_summary([SummaryError(BAD, BAD), SummaryError("", BAD)]),
        "button": render_parts.button(BAD, name=BAD, value=BAD, hidden=BAD),
        "link": render_parts.link_button(BAD, BAD, hidden=BAD),
        "chip": render_parts.status_chip("received", BAD),
        "facts": render_parts.facts([Fact(label=BAD, value=[BAD], change_url=BAD)]),
        "timeline": render_parts.timeline([Event(at=at, what=BAD, who=BAD, via=BAD, detail=BAD)]),
        "tasks": render_parts.task_list([TaskGroup(title=BAD, tasks=[Task(title=BAD, url=BAD, hint=BAD)])]),
        "cards": render_parts.cards([Card(title=BAD, url=BAD, text=BAD, kind=BAD, facts=((BAD, BAD),), action=BAD)]),
        "record": render_parts.record_header(status="received", number=BAD, next_step=BAD, due=BAD),
        "job": render_parts.progress(Progress(title=BAD, done=1, total=2, phase=BAD, refresh_url=BAD, stop_url=BAD)),
        "figures": render_parts.key_figures([Figure(label=BAD, value=BAD, unit=BAD, target=BAD, mark="bad")]),
        "comparison": render_parts.comparison([Difference(label=BAD, before=BAD, after=BAD)], caption=BAD),
        "contact": render_parts.contact_box(Contact(name=BAD, phone=BAD, hours=BAD, place=BAD, url=BAD, url_text=BAD)),
        "tabs": render_parts.tabs([Link(BAD, BAD, current=True)], name=BAD),
        "crumbs": render_parts.breadcrumb([(BAD, BAD)]),
        "list": render_lists.render_listing(listing),
        "chart": render_chart(chart),
        "nav": render_main(nav) + render_tools(nav, 2, BAD),
    }


def test_every_component_escapes_what_it_is_given() -> None:
    for name, html in drawn().items():
        assert "<b a" not in html, name
        assert "&lt;b a=&quot;1&quot;&gt;&amp;" in html or "%3Cb" in html, name


def test_no_inline_style_script_or_handler() -> None:
    for name, html in drawn().items():
        tags = re.findall(r"<[^>]+>", html)
        assert not [tag for tag in tags if re.search(r"\s(style|on\w+)=", tag) or tag.startswith("<script")], name


def test_no_placeholder_disabled_or_readonly() -> None:
    for html in drawn().values():
        assert not re.search(r"<[^>]*\s(placeholder|disabled|readonly)\b", html)


def test_a_field_ties_label_hint_and_error_to_its_control() -> None:
    f = FormField(name="mail", label="メール", kind="email", hint="例", error=FieldError("field.required"))
    html = render_fields.render_field(f)
    assert '<label class="label" for="f-mail">' in html
    assert 'aria-describedby="f-mail-error f-mail-hint"' in html
    assert 'aria-invalid="true"' in html
    assert 'autocomplete="email"' in html
    assert "メールを入力してください。" in html
    assert "必須" in html


def test_a_field_takes_its_words_from_the_table() -> None:
    f = FormField(name="m", label="word.email", kind="email", error=FieldError("field.required"))
    with translation.override("en"):
        html = render_fields.render_field(f)
    assert "E-mail address</span>" in html
    assert "Please fill in “E-mail address”." in html


def test_an_optional_field_says_so() -> None:
    assert "任意" in render_fields.render_field(FormField(name="a", label="あ", required=False))


def test_the_summary_says_the_same_words_and_leads_to_the_control() -> None:
    fields = [
        FormField(
            name="way",
            label="受け取り方",
            kind="radio",
            options=(Option("a", "郵送"),),
            error=FieldError("field.choose_one"),
        ),
        FormField(name="ok", label="正しい"),
    ]
    fields[0] = fields[0].with_error(FieldError("field.choose_one"))
    errors = errors_for(fields, others=["全体の誤り"])
    assert errors == [SummaryError("", "全体の誤り"), SummaryError("f-way", "受け取り方を1つ選んでください。")]
    html = render_fields.render_error_summary(errors)
    assert "入力内容を確認してください(2か所)" in html
    assert '<a href="#f-way">受け取り方を1つ選んでください。</a>' in html
    assert 'id="f-way"' in render_fields.render_field(fields[0])


def test_what_was_entered_is_kept_beside_the_error() -> None:
    fields = with_values([FormField(name="n", label="数")], {"n": "abc"}, {"n": FieldError("field.number")})
    assert 'value="abc"' in render_fields.render_field(fields[0])


def test_a_password_is_never_written_back() -> None:
    assert "secret" not in render_fields.render_field(FormField(name="p", label="x", kind="password", value="secret"))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (DateParts("", "1985", "1", "2"), dt.date(1985, 1, 2)),
        (DateParts("昭和", "60", "1", "2"), dt.date(1985, 1, 2)),
        (DateParts("", "S60.1.2", "", ""), dt.date(1985, 1, 2)),
        (DateParts("", "１９８５", "１", "２"), dt.date(1985, 1, 2)),
        (DateParts("令和", "元", "5", "1"), dt.date(2019, 5, 1)),
        (DateParts("昭和", "", "", ""), None),
    ],
)
def test_a_date_is_read(parts: DateParts, expected: dt.date | None) -> None:
    assert read_date(parts) == expected


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (DateParts("", "2026", "2", "30"), "field.not_a_date"),
        (DateParts("", "2026", "", "1"), "field.date_required"),
        (DateParts("", "2026", "x", "1"), "field.unreadable_date"),
    ],
)
def test_a_wrong_date_says_what_is_wrong(parts: DateParts, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_date(parts)
    assert caught.value.fields["date"].code == code


def test_date_parts_come_from_the_form_and_from_a_date() -> None:
    data = {"b_era": "昭和", "b_y": "60", "b_m": "1", "b_d": "2"}
    assert parts_from(data, "b") == DateParts("昭和", "60", "1", "2")
    assert parts_from({"b_era": "<x>"}, "b") == DateParts()
    assert parts_of(dt.date(2026, 4, 1)) == DateParts("", "2026", "4", "1")


def test_a_list_says_nothing_yet_and_nothing_matches_differently() -> None:
    empty = Listing(caption="x", columns=(), rows=[], url="/x/", empty="まだありません。")
    assert "まだありません。" in render_lists.render_results(empty)
    filtered = Listing(caption="x", columns=(), rows=[], url="/x/", search=FormField(name="q", label="語", value="a"))
    html = render_lists.render_results(filtered)
    assert "条件に当てはまるものはありません" in html
    assert "条件をすべて外す" in html


def test_a_list_sorts_pages_and_drops_one_filter_by_links() -> None:
    listing = gallery._listing("/x/", empty=False)
    html = render_lists.render_results(listing)
    assert "412件中 51から55件目" in html
    assert 'aria-sort="ascending"' in html
    assert "sort=-due" in html
    assert 'href="/x/?status=in_review&amp;sort=due"' in html
    assert "after=c2" in html
    assert "before=b1" in html


def test_a_chart_refuses_a_sixth_series_and_hides_what_is_not_published() -> None:
    six = tuple(Series(str(i), (1,)) for i in range(6))
    with pytest.raises(ValueError, match="five"):
        render_chart(Chart(title="t", description="d", labels=("a",), series=six))
    html = render_chart(Chart(title="t", description="d", labels=("a",), series=(Series("s", (None,)),)))
    assert "X(秘匿)" in html
    assert 'role="img"' in html
    assert "<caption>" in html


def test_long_labels_under_few_bars_stand_in_two_lines_and_short_ones_in_one() -> None:
    labels = ("広報紙", "区のホームページを見て", "とてもとてもとてもとても長い言葉のならび", "知人", "駅", "他")
    chart = Chart(title="t", description="d", labels=labels, series=(Series("s", (1,) * 6),), kind="bar")
    drawn = render_chart(chart).partition("</svg>")[0]
    assert ">広報紙</text>" in drawn
    for line in ("区のホーム", "ページを…", "とてもとて", "もとても…"):
        assert f">{line}</text>" in drawn
    months = tuple(f"{month}月の長いことば" for month in range(1, 13))
    many = Chart(title="t", description="d", labels=months, series=(Series("s", (1,) * 12),), kind="bar")
    assert render_chart(many).partition("</svg>")[0].count("長いことば</text>") == 12


def test_several_charts_of_a_page_share_no_id() -> None:
    def bars(title: str) -> Chart:
        series = (Series("a", (1, 2)), Series("b", (2, 1)))
        return Chart(title=title, description="d", labels=("x", "y"), series=series, kind="bar")

    ids = re.findall(r' id="([^"]+)"', render_chart(bars("one")) + render_chart(bars("two")))
    assert len(ids) == len(set(ids)) == 2
    for chart in (bars("one"), bars("two")):
        html = render_chart(chart)
        assert set(re.findall(r"url\(#([^)]+)\)", html)) == set(re.findall(r'<pattern id="([^"]+)"', html))
    picture = chart_picture(bars("one")).decode()
    assert set(re.findall(r"url\(#([^)]+)\)", picture)) == set(re.findall(r'<pattern id="([^"]+)"', picture))


@pytest.mark.parametrize(("highest", "top"), [(0, 1), (7, 10), (18, 20), (240, 250), (312, 500), (1000, 1000)])
def test_the_axis_ends_at_a_round_number(highest: float, top: float) -> None:
    assert nice_top(highest) == top


@pytest.mark.parametrize(("highest", "top"), [(0, 4), (1, 4), (4, 4), (5, 8), (9, 20), (17, 20), (21, 40), (412, 800)])
def test_an_axis_of_counts_has_whole_steps(highest: int, top: int) -> None:
    assert nice_top(highest, counts=True) == top


def test_navigation_keeps_the_order_of_areas_and_opens_those_with_several_lines() -> None:
    lines = [
        {"label": "相談", "url": "/ask/", "current": False, "area": "ask"},
        {"label": "手続", "url": "/procedures/", "current": True, "area": "apply"},
        {"label": "書類", "url": "/documents/", "current": False, "area": "apply"},
    ]
    html = render_main(lines)
    assert html.index("/procedures/") < html.index("/ask/")
    assert html.count("<details") == 1
    assert "支払い" not in html


def test_unfinished_tasks_are_counted_and_blocked_ones_are_no_links() -> None:
    html = render_parts.task_list(gallery._tasks()["groups"])
    assert "5つのうち2つ完了" in html
    assert html.count("<a ") == 4
    assert "ほかが終わると始められます" in html


def test_template_tags_draw_the_same() -> None:
    source = (
        '{% label "status.received" %}|{% message "saved" at="午後8時" %}|{% yen 5000 %}|{% yen None %}|{% person n %}|'
        '{% status "received" %}|{% localized t %}|{% notice tone="todo" title="x" %}<p>y</p>{% endnotice %}'
    )
    with translation.override("en"):
        html = engines["django"].from_string(source).render({"n": "<花子>", "t": {"ja": "日本語だけ"}})
    assert html.startswith("Received|Saved at 午後8時.|5,000円|Not decided yet|")
    assert '<span class="person" data-noruby>&lt;花子&gt;</span>' in html
    assert '<span lang="ja">日本語だけ</span>' in html
    assert 'class="notice t-todo"' in html
