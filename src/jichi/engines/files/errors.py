"""Refusals of this room. Codes: file.empty, file.too_large, file.type, file.unsafe, file.password,
file.unreadable, file.refused, file.scanner_away, file.lost, file.not_found.
"""

from __future__ import annotations

from typing import Final

from jichi.kernel.errors import Invalid, JichiError, Unavailable
from jichi.kernel.localized import LocalizedText

MESSAGES: Final[dict[str, LocalizedText]] = {
    "file.scanner_away": {
        "ja": "{name}の安全を確認しています。しばらくしてから、もう一度開いてください。ファイルは保存してあります。",
        "easy": "{name}が安全か調べています。少し待って、もう一度開いてください。",
        "en": "We are still checking that {name} is safe. It has been saved. Please open it again later.",
        "zh-hans": "正在确认{name}是否安全。文件已保存。请稍后再打开。",
        "ko": "{name} 파일이 안전한지 확인하고 있습니다. 파일은 저장되어 있습니다. 잠시 후 다시 열어 주세요.",
    },
    "file.refused": {
        "ja": "{name}は安全でないことがわかったため、開けません。別のファイルを出してもらってください。",
        "easy": "{name}はあぶないファイルでした。開くことができません。ほかのファイルを出してください。",
        "en": "{name} was found to be unsafe and cannot be opened. Another file is needed.",
        "zh-hans": "已确认{name}不安全,无法打开。需要重新提交其他文件。",
        "ko": "{name} 파일은 안전하지 않은 것으로 확인되어 열 수 없습니다. 다른 파일이 필요합니다.",
    },
    "file.lost": {
        "ja": "{name}を読み出せません。区のシステムの問題です。担当に知らせてください。",
        "easy": "{name}を開くことができません。区の機械の問題です。区に知らせてください。",
        "en": "{name} cannot be read. This is a fault of our system. Please tell the staff.",
        "zh-hans": "无法读取{name}。这是区政府系统的问题。请通知工作人员。",
        "ko": "{name} 파일을 읽을 수 없습니다. 구청 시스템의 문제입니다. 담당자에게 알려 주세요.",
    },
    "file.not_found": {
        "ja": "ファイルが見つかりません。消されたか、保存の期限が過ぎています。",
        "easy": "ファイルがありません。",
        "en": "The file cannot be found. It was removed, or its time of keeping is over.",
        "zh-hans": "找不到文件。文件可能已删除或超过保存期限。",
        "ko": "파일을 찾을 수 없습니다. 삭제되었거나 보존 기한이 지났습니다.",
    },
}
"""Sentences that the shared catalogue does not hold already."""


class FileRefused(Invalid):
    """The upload can't be accepted. `params` always hold `filename` and, for the sentence, `name`.

    By code also: file.too_large: limit_mb, size_mb (rounded up to 0.1) and their texts `max`, `size`;
    file.type: found (a kind of `rules.signatures`), allowed (kinds, comma-separated); file.unsafe and
    file.unreadable: reason (a short English key for logs and tests, not for people).
    """

    code = "file.unsafe"

    def __init__(self, code: str, *, filename: str, **params: object) -> None:
        super().__init__(code, fields=None, filename=filename, name=filename, **params)


class FileWaiting(Unavailable):
    """The malware scanner has not answered yet: nobody may open the file until it has."""

    code = "file.scanner_away"


class FileLost(JichiError):
    """The row exists and the content does not, or is not what was stored. A matter for the operator."""

    code = "file.lost"
