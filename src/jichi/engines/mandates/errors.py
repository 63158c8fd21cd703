"""What this room's error codes say, in five languages."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, dict[str, str]]] = {
    code: dict(zip(("ja", "easy", "en", "zh-hans", "ko"), words, strict=True))
    for code, words in {
        "mandate.there": (
            "この支払いの口座は、もう登録されています。変えるときは「口座を変える」から進んでください。",
            "この お金の 口座は もう あります。かえるときは「口座をかえる」を おしてください。",
            "An account is registered for this payment already. To change it, choose “Change the account”.",
            "此项缴费已登记账户。如需更改，请选择“更改账户”。",
            "이 납부에는 이미 계좌가 등록되어 있습니다. 바꾸려면 ‘계좌 변경’을 선택해 주세요.",
        ),
        "mandate.ended": (
            "この口座振替は、もう終わっています。",
            "この 口座からの 支払いは もう おわっています。",
            "This account transfer has ended already.",
            "此账户转账已经结束。",
            "이 계좌이체는 이미 끝났습니다.",
        ),
        "mandate.account": (
            "口座の番号の形がちがいます。金融機関4けた、支店3けた、番号7けたを確かめてください。",
            "口座の ばんごうが ちがいます。もう一度 見てください。",
            "This is not an account number. Check the bank (4 digits), branch (3) and number (7).",
            "账号格式不正确。请确认银行4位、分行3位、账号7位。",
            "계좌 번호 형식이 다릅니다. 은행 4자리, 지점 3자리, 번호 7자리를 확인해 주세요.",
        ),
        "mandate.holder": (
            "口座名義は、銀行が使うカタカナで入力してください。使えない文字: {characters}",
            "名前は カタカナで 書いてください。使えない文字: {characters}",
            "Enter the holder's name in katakana as banks write it. Not possible: {characters}",
            "请用银行使用的片假名填写户名。不可用的字符：{characters}",
            "예금주는 은행이 쓰는 가타카나로 입력해 주세요. 쓸 수 없는 글자: {characters}",
        ),
    }.items()
}
