"""Refusals of this room and the sentences for their codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jichi.kernel.errors import Invalid
from jichi.kernel.localized import LocalizedText

from .rules import LineError


class FileRefused(Invalid):
    """A file that can't be loaded: nothing of it was. `lines` are the first errors, `count` how many there are."""

    code = "registry.file_refused"

    def __init__(self, lines: Sequence[LineError], count: int | None = None) -> None:
        self.lines = tuple(lines)
        self.count = len(self.lines) if count is None else count
        super().__init__(self.code, count=self.count)


MESSAGES: Final[dict[str, LocalizedText]] = {
    "registry.file_refused": {
        "ja": "ファイルに誤りが{count}か所あります。何も取り込んでいません。",
        "easy": "ファイルに まちがいが {count}こ あります。何も 入れていません。",
        "en": "The file has {count} errors. Nothing of it was loaded.",
        "zh-hans": "文件中有{count}处错误，没有导入任何内容。",
        "ko": "파일에 오류가 {count}곳 있습니다. 아무것도 가져오지 않았습니다.",
    },
    "registry.unknown_person": {
        "ja": "その宛名番号の人は、台帳にいません。",
        "easy": "その番号の 人は いません。",
        "en": "There is nobody with this number in the register.",
        "zh-hans": "登记簿中没有使用该编号的人。",
        "ko": "해당 번호의 사람이 대장에 없습니다.",
    },
    "registry.unknown_organisation": {
        "ja": "その番号の団体はありません。",
        "easy": "その番号の 団体は ありません。",
        "en": "There is no organisation with this number.",
        "zh-hans": "没有使用该编号的团体。",
        "ko": "해당 번호의 단체가 없습니다.",
    },
    "registry.no_such_file": {
        "ja": "ファイル「{name}」がありません。名前と場所を確かめてください。",
        "easy": "ファイル「{name}」が ありません。名前を 見てください。",
        "en": "There is no file “{name}”. Check its name and place.",
        "zh-hans": "没有文件“{name}”。请确认名称和位置。",
        "ko": "‘{name}’ 파일이 없습니다. 이름과 위치를 확인해 주세요.",
    },
    "registry.no_file_date": {
        "ja": "「{name}」がいつ現在のファイルか分かりません。日付を指定してください。",
        "easy": "「{name}」が いつの ファイルか わかりません。日にちを 書いてください。",
        "en": "It is not clear which day “{name}” describes. Please give the day.",
        "zh-hans": "无法判断“{name}”的基准日期。请指定日期。",
        "ko": "‘{name}’ 파일의 기준일을 알 수 없습니다. 날짜를 지정해 주세요.",
    },
    "registry.parts_missing": {
        "ja": "{count}個に分けたファイルのうち、{numbers}番目がありません。全部そろえてから取り込んでください。",
        "easy": "{count}この ファイルの {numbers}番目が ありません。ぜんぶ そろえてください。",
        "en": "Of {count} files, number {numbers} is missing. All of them are needed.",
        "zh-hans": "共{count}个分割文件，缺少第{numbers}个。请备齐后再导入。",
        "ko": "분할된 파일 {count}개 중 {numbers}번째가 없습니다. 모두 갖춘 뒤 가져와 주세요.",
    },
    "registry.not_a_file": {
        "ja": "CSVファイル(.csv か .txt)を選んでください。",
        "easy": "CSVの ファイルを えらんでください。",
        "en": "Please choose a CSV file (.csv or .txt).",
        "zh-hans": "请选择CSV文件（.csv或.txt）。",
        "ko": "CSV 파일(.csv 또는 .txt)을 선택해 주세요.",
    },
    "registry.upload_too_large": {
        "ja": "一度に送れるのは{limit}MBまでです。分けて出力するか、サーバーのフォルダに置いてください。",
        "easy": "大きすぎます。{limit}MBまで 送れます。",
        "en": "At most {limit} MB can be sent at once. Split the export, or put it into the server's folder.",
        "zh-hans": "一次最多可发送{limit}MB。请分割导出或放入服务器文件夹。",
        "ko": "한 번에 {limit}MB까지 보낼 수 있습니다. 나누어 출력하거나 서버 폴더에 넣어 주세요.",
    },
    "registry.unknown_mapping": {
        "ja": "その名前の対応表はありません。",
        "easy": "その名前の 表は ありません。",
        "en": "There is no mapping of this name.",
        "zh-hans": "没有该名称的对应表。",
        "ko": "해당 이름의 대응표가 없습니다.",
    },
    "registry.unknown_load": {
        "ja": "その取込の記録はありません。",
        "easy": "その記録は ありません。",
        "en": "There is no such load.",
        "zh-hans": "没有该导入记录。",
        "ko": "해당 가져오기 기록이 없습니다.",
    },
    "registry.load_running": {
        "ja": "別の取込が進んでいます。終わってから、もう一度してください。",
        "easy": "ほかの 作業を しています。おわってから もう一度 してください。",
        "en": "Another load is running. Please try again when it is done.",
        "zh-hans": "正在进行其他导入。请在完成后重试。",
        "ko": "다른 가져오기가 진행 중입니다. 끝난 뒤 다시 시도해 주세요.",
    },
    "registry.not_waiting": {
        "ja": "この取込は、もう確認を待っていません。",
        "easy": "この作業は、もう おわっています。",
        "en": "This load is no longer waiting.",
        "zh-hans": "该导入已不在等待确认。",
        "ko": "이 가져오기는 더 이상 확인을 기다리지 않습니다.",
    },
    "registry.second_person": {
        "ja": "取込を始めた人とは別の職員が確認してください。",
        "easy": "ほかの 職員が 見てください。",
        "en": "Another official than the one who started it has to confirm.",
        "zh-hans": "请由发起人以外的职员确认。",
        "ko": "시작한 사람이 아닌 다른 직원이 확인해 주세요.",
    },
    "registry.file_changed": {
        "ja": "確認したときとファイルが違うか、なくなっています。もう一度、最初から取り込んでください。",
        "easy": "ファイルが かわったか なくなりました。はじめから してください。",
        "en": "The file has changed or is gone since it was checked. Please start again.",
        "zh-hans": "文件在确认后已更改或丢失。请重新开始导入。",
        "ko": "확인한 뒤 파일이 바뀌었거나 없어졌습니다. 처음부터 다시 해 주세요.",
    },
    "registry.unknown_town": {
        "ja": "この町は一覧にありません。町字コードを書くと、新しい町になります。",
        "easy": "この町は ありません。",
        "en": "This town is not in the list. With its key it becomes a new one.",
        "zh-hans": "列表中没有该町。填写町字代码后将作为新町添加。",
        "ko": "이 동네는 목록에 없습니다. 코드를 쓰면 새 동네가 됩니다.",
    },
    "registry.town_key": {
        "ja": "町字コードは、20字までの数字と英字で入力してください。",
        "easy": "町の コードを 見てください。",
        "en": "The key of a town has at most 20 digits and letters.",
        "zh-hans": "町字代码最多20位数字和字母。",
        "ko": "동네 코드는 숫자와 영문자 20자까지입니다.",
    },
    "registry.town_twice": {
        "ja": "同じ町が、ファイルに2回あります。",
        "easy": "同じ 町が 2回 あります。",
        "en": "This town stands in the file twice.",
        "zh-hans": "文件中同一町出现两次。",
        "ko": "같은 동네가 파일에 두 번 있습니다.",
    },
    "registry.town_degrees": {
        "ja": "緯度と経度は、両方を日本の中の数字で入力してください。例 35.658 と 139.745",
        "easy": "緯度と 経度を 見てください。",
        "en": "Please give both latitude and longitude, within Japan, for example 35.658 and 139.745.",
        "zh-hans": "请同时填写日本境内的纬度和经度,例如35.658和139.745。",
        "ko": "일본 안의 위도와 경도를 모두 입력해 주세요. 예: 35.658, 139.745",
    },
    "registry.not_geojson": {
        "ja": "GeoJSONとして読めません。町の形が Polygon か MultiPolygon のファイルを選んでください。",
        "easy": "ファイルを 読めません。",
        "en": "This can't be read as GeoJSON. Shapes must be Polygon or MultiPolygon.",
        "zh-hans": "无法作为GeoJSON读取。形状须为Polygon或MultiPolygon。",
        "ko": "GeoJSON으로 읽을 수 없습니다. 모양은 Polygon 또는 MultiPolygon이어야 합니다.",
    },
    "registry.no_shapes": {
        "ja": "ファイルの町字コード(key_code)に、一覧の町が1つもありません。",
        "easy": "町が ありません。",
        "en": "No key (key_code) of the file is one of our towns.",
        "zh-hans": "文件中的町字代码(key_code)与列表中的町均不一致。",
        "ko": "파일의 코드(key_code)에 목록의 동네가 하나도 없습니다.",
    },
    "registry.bad_shape": {
        "ja": "{number}番目の形を描けません。緯度と経度(世界測地系)で、角は4から{max}までにしてください。",
        "easy": "{number}番目の 形を かけません。",
        "en": "Shape {number} can't be drawn. Use degrees (WGS84) and 4 to {max} corners.",
        "zh-hans": "无法绘制第{number}个形状。请使用经纬度,顶点数为4至{max}。",
        "ko": "{number}번째 모양을 그릴 수 없습니다. 위도·경도로, 꼭짓점은 4~{max}개로 해 주세요.",
    },
}
"""Code → sentence."""
