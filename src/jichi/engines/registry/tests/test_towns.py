"""Towns: readings, centres and shapes from files; found by reading; the map's data for everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from jichi.engines.audit.context import Actor
from jichi.engines.registry import actions, towns
from jichi.engines.registry.models import Town
from jichi.engines.registry.rules.towns import Place, Refused, by_reading, read_towns, same_name, write_towns
from jichi.kernel.errors import Forbidden, Invalid

from .people import LOADER
from .test_load_pages import official

KNOWN = {"1": "芝一丁目", "2": "白金台十二丁目", "3": "青葉"}
RING = [[139.75, 35.65], [139.76, 35.65], [139.76, 35.66], [139.75, 35.65]]


def shape(key: str, ring: Any = RING, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": "Feature", "properties": {"key_code": key}, "geometry": {"type": kind, "coordinates": [ring]}}


def geojson(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("町名,フリガナ\n芝１丁目,しば1ちょうめ\n", {"1": {"kana": "シバ1チョウメ"}}),
        ("町名,読み\n白金台12丁目,ｼﾛｶﾈﾀﾞｲ12ﾁｮｳﾒ\n", {"2": {"kana": "シロカネダイ12チョウメ"}}),
        ("町字コード,フリガナ\n3,\n", {"3": {}}),
        ("町字コード,町名,緯度,経度,郵便番号\n9,新町,35.1,139.1,000-0123\n",
         {"9": {"name": "新町", "latitude": 35.1, "longitude": 139.1, "postcode": "0000123"}}),
    ],
)  # fmt: skip
def test_a_file_says_only_what_it_brings(text: str, found: dict[str, Any]) -> None:
    assert {one.town_key: dict(one.values) for one in read_towns(text.encode(), KNOWN)} == found


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("フリガナ\nシバ\n", [(1, "町字コード", "table.no_column")]),
        ("町名,フリガナ\n芝一丁目,芝\n知らない町,シ\n",
         [(2, "フリガナ", "field.kana"), (3, "町名", "registry.unknown_town")]),
        ("町名,フリガナ\n芝一丁目,シバ\n芝1丁目,シバ\n", [(3, "町名", "registry.town_twice")]),
        ("町字コード,フリガナ\n9,シン\n", [(2, "町字コード", "registry.unknown_town")]),
        ("町字コード,緯度\n1,35.6\n", [(2, "緯度", "registry.town_degrees")]),
        ("町字コード,緯度,経度\n1,139.7,35.6\n", [(2, "緯度", "registry.town_degrees")]),
        ("町字コード,緯度,経度\n1,nan,139\n", [(2, "緯度", "registry.town_degrees")]),
        ("町字コード,郵便番号\n1,12\n", [(2, "郵便番号", "field.postcode")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_line_and_column(text: str, wrong: list[tuple[int, str, str]]) -> None:
    with pytest.raises(Refused) as caught:
        read_towns(text.encode(), KNOWN)
    assert [(one.line, one.column, one.error.code) for one in caught.value.lines] == wrong


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "not_geojson"), (b'{"features": 1}', "not_geojson"), (geojson({"properties": {}}), "no_shapes"),
        (geojson(shape("7")), "no_shapes"), (geojson(shape("1", kind="Point")), "not_geojson"),
        (geojson(shape("1", [[1, 2]] * 4)), "bad_shape"), (geojson(shape("1", RING * 600)), "bad_shape"),
        (b'{"features":' + b"[" * 100_000, "not_geojson"),
    ],
)  # fmt: skip
def test_hostile_shapes_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        read_towns(data, KNOWN)
    assert caught.value.lines[0].error.code == f"registry.{code}"


def test_names_are_compared_and_ordered_as_people_do() -> None:
    assert same_name("芝 ２１丁目") == same_name("芝二十一丁目") == "芝二十一丁目"
    readings = {"4": "", "3": "シバ10チョウメ", "2": "シバ2チョウメ", "1": "アカサカ", "5": "シバウラ1チョウメ"}
    places = [Place(key, "", kana, "", None, None) for key, kana in readings.items()]
    assert [one.town_key for one in by_reading(places)] == ["1", "2", "3", "5", "4"]


@pytest.mark.django_db
def test_what_goes_out_comes_back_and_the_same_again_changes_nothing() -> None:
    actions.import_towns(actor=LOADER, data="町字コード,町名\n1,芝一丁目\n2,三田一丁目\n".encode())
    data = "町名,フリガナ,緯度,経度\n芝1丁目,シバ,35.65,139.75\n".encode()
    taken = actions.import_towns(actor=LOADER, data=data)
    assert (taken.rows, taken.new, taken.changed) == (1, 0, 1)
    again = actions.import_towns(actor=LOADER, data=write_towns(towns.places()))
    assert (again.rows, again.new, again.changed) == (2, 0, 0)
    with pytest.raises(Invalid) as caught:
        actions.import_towns(actor=LOADER, data=geojson(shape("1")))
    assert set(caught.value.fields) == {"credit"}
    assert actions.import_towns(actor=LOADER, data=geojson(shape("1")), credit="見本").changed == 1
    assert towns.town_map() == {"towns": [["芝一丁目", "シバ", 35.65, 139.75, [RING]]], "credits": ["見本"]}
    with pytest.raises(Forbidden):
        actions.import_towns(actor=Actor(kind="staff"), data="町字コード,町名\n3,海岸\n".encode())
    assert Town.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("q", ["しば", "ｼﾊﾞ", "シハ", "芝一", "0000001"])
def test_a_town_is_found_by_its_reading(q: str) -> None:
    data = "町字コード,町名,フリガナ,郵便番号\n1,芝一丁目,シバ1チョウメ,0000001\n2,三田,ミタ,0000002\n"
    actions.import_towns(actor=LOADER, data=data.encode())
    assert [one.town_key for one in towns.places(q)] == ["1"]


@pytest.mark.django_db
def test_the_page_takes_a_file_or_says_why_not(client: Client) -> None:
    clerk = official("clerk", "register_clerk")

    def send(text: str) -> Any:
        file = SimpleUploadedFile("towns.csv", text.encode("cp932"))
        return clerk.post("/staff/register/towns/", {"file": file, "credit": ""})

    done = send("町字コード,町名,フリガナ\n1,芝一丁目,シバ\n")
    assert (done.status_code, done.headers["Location"]) == (302, "/staff/register/towns/?new=1&changed=0&rows=1")
    assert "1件を読みました" in clerk.get(done.headers["Location"]).content.decode()
    wrong = send("町名,フリガナ\n三田,ミタ\n")
    assert wrong.status_code == 422
    assert "2行目の「町名」: この町は一覧にありません" in wrong.content.decode()
    assert Town.objects.count() == 1
    sent = clerk.get("/staff/register/towns/export/").content.decode("utf-8-sig")
    assert sent.splitlines()[1] == "1,芝一丁目,シバ,,,"
    data = client.get("/map/towns.json")
    assert (data.status_code, data.headers["Cache-Control"]) == (200, "private, max-age=3600")
