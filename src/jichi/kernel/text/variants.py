"""Variant glyphs of characters in names and places, for searching only.

Each line: the common form, then the forms that are found with it. Compiled from memory of the register's
usual variants (not an official reduction table); a fold too many finds one person more, which is the
safe direction. Replace it by an official table where there is one (`variants` argument).
Compatibility ideographs (神, 福, 塚 …) are folded by NFKC and don't stand here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_GROUPS: Final = """
高髙 崎﨑嵜碕 辺邉邊 斎齋斉齊 沢澤 広廣 浜濱濵 真眞 桜櫻 竜龍 滝瀧 国國囯 島嶋嶌 富冨 徳德 吉𠮷 土圡 桑桒 柳栁桺
恵惠 栄榮 円圓 亀龜 関關 学學 宝寳寶 万萬 条條 実實 寿壽 弥彌 黒黑 静靜 曽曾 巣巢 薮藪籔 桧檜 槙槇 鉄鐵鐡
郎郞 豊豐 礼禮 戸戶 穂穗 恒恆 来來 鶴靏靍鸖 館舘 峰峯 岳嶽 淵渕渊 船舩 松枩枀 桝枡 梅楳 橋𣘺槗 衛衞 角⻆
青靑 清淸 緑綠 緒緖 縁緣 間閒 芦蘆 芸藝 荘莊 蔵藏 園薗 蛍螢 覚覺 観觀 証證 読讀 賛贊 軽輕 遥遙 郷鄕鄉 釈釋
鉱鑛 銭錢 鎮鎭 険險 隠隱 雑雜 霊靈 頼賴 顔顏 顕顯 駅驛 験驗 鴎鷗 麹麴 麦麥 黄黃 歯齒 齢齡 仏佛 仮假 伝傳 価價
倹儉 児兒 両兩 剣劍劔劒 勲勳 区區 医醫 単單 厳嚴 参參 双雙 収收 叙敍 号號 団團 図圖 塩鹽 壮壯 声聲 売賣 変變
奥奧 嬢孃 尭堯 尽盡 届屆 峡峽 巌巖 帯帶 庁廳 弐貳 当當 従從 徴徵 応應 恋戀 悦悅 戦戰 払拂 択擇 担擔 拝拜
拠據 挙擧 捜搜 掲揭 揺搖 摂攝 撃擊 教敎 数數 旧舊 昇曻 昂昻 晃晄 晋晉 暁曉 暦曆 会會 枢樞 栖棲 楽樂 横橫 様樣
権權 欧歐 歓歡 歩步 歳歲 歴歷 残殘 毎每 気氣 渉涉 涙淚 渓溪 済濟 渋澁 温溫 湾灣 満滿 潜潛 灯燈 炉爐 点點 為爲
焼燒 煕熙 献獻 独獨 狭狹 画畫 畳疊 発發 県縣 砕碎 祢禰 禅禪 秘祕 称稱 稲稻 穏穩 穣穰 窓窗窻 糸絲 経經 絵繪
続續 総總 縦縱 繊纖 継繼 聴聽 脳腦 臓臟 舎舍 艶艷 茎莖 萌萠 庵菴 薫薰 虫蟲 装裝 裏裡 覇霸 触觸 訳譯 誉譽
転轉 辞辭 迩邇 遅遲 隣鄰 醸釀 野埜 鋳鑄 録錄 鎌鐮 闘鬪 随隨 飲飮 余餘 鴬鶯 黙默 亜亞 悪惡 乗乘 予豫 与與 争爭
丘坵 並竝 乱亂 凛凜 処處 効效 労勞 励勵 勧勸 巻卷 即卽 既旣 厨廚 場塲 卯夘 姉姊 姫姬 寛寬 専專 将將 尚尙
強强 彦彥 慎愼 戯戲 柏栢 桟棧 楠枏 櫟檪 欝鬱 毘毗 涌湧 瀬瀨 燿耀 状狀 珍珎 留畄 盗盜 禄祿 秋秌穐龝 箪簞 粋粹
繋繫 肇肈 華崋 蒋蔣 虎乕 謡謠 讃讚 廸迪 鋭銳 長镸 鯵鰺 瑶瑤 体體 台臺 弁辨辯瓣 缶罐 糺糾
塁壘 翻飜 蝉蟬 餅餠 騒騷 逓遞 酔醉 鶏鷄雞 莱萊 曳曵 冴冱 卒卆 侠俠 掴摑 蝋蠟 頬頰 顛顚 填塡
"""


def _table() -> dict[str, str]:
    """Variant → common form; what NFKC does by itself and doubles are left out."""
    found: dict[str, str] = {}
    for group in _GROUPS.split():
        for variant in group[1:]:
            if variant != group[0]:
                found[variant] = group[0]
    return found


VARIANTS: Final[Mapping[str, str]] = _table()
