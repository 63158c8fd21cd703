"""What this room's error codes say to residents, in five languages. "debit.failed.…": why a bank refused."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, dict[str, str]]] = {
    code: dict(zip(("ja", "easy", "en", "zh-hans", "ko"), words, strict=True))
    for code, words in {
        "debit.off": (
            "今は、インターネットで口座を登録できません。窓口か納付書を使ってください。",
            "今は、インターネットで 口座を 登録できません。区役所に きいてください。",
            "Accounts cannot be registered online now. Please use a payment slip or ask at the office.",
            "目前无法在线登记账户。请使用缴费单或到窗口办理。",
            "지금은 온라인으로 계좌를 등록할 수 없습니다. 납부서를 이용하거나 창구에 문의해 주세요.",
        ),
        "debit.away": (
            "金融機関につながりません。何も登録していません。しばらくしてから、もう一度試してください。",
            "銀行に つながりません。まだ 登録していません。あとで もう一度 してください。",
            "The bank cannot be reached. Nothing was registered. Please try again later.",
            "无法连接银行。尚未登记任何内容。请稍后再试。",
            "은행에 연결할 수 없습니다. 아무것도 등록되지 않았습니다. 잠시 후 다시 시도해 주세요.",
        ),
        "debit.bank_closed": (
            "この金融機関の受付時間ではありません。受付時間は{hours}です。何も登録していません。",
            "この銀行は 今 休みです。{hours}に もう一度 してください。まだ 登録していません。",
            "This bank is closed now. It is open {hours}. Nothing was registered.",
            "该银行目前不在受理时间内。受理时间：{hours}。尚未登记任何内容。",
            "지금은 이 은행의 접수 시간이 아닙니다. 접수 시간은 {hours}입니다. 아무것도 등록되지 않았습니다.",
        ),
        "debit.terms": (
            "約定を読んで、同意するときに印を付けてください。",
            "きまりを 読んで、よいときは しるしを つけてください。",
            "Read the terms and tick the box if you agree.",
            "请阅读约定，同意时请勾选。",
            "약관을 읽고 동의하면 표시해 주세요.",
        ),
        "debit.not_linked": (
            "口座振替には、区の記録との結び付けが要ります。マイページで先に済ませてください。",
            "さきに マイページで、あなたの 記録と つないでください。",
            "First link your account with the ward's records on My page.",
            "请先在我的页面完成与区登记记录的关联。",
            "먼저 마이 페이지에서 구의 기록과 연결해 주세요.",
        ),
        "debit.failed.password": (
            "暗証番号か合言葉を3回まちがえたため、銀行が手続を止めました。口座は登録していません。",
            "パスワードを 3回 まちがえました。口座は まだ 登録していません。",
            "The bank stopped because the password was wrong three times. No account was registered.",
            "密码连续三次错误，银行已中止办理。账户未登记。",
            "비밀번호를 3번 틀려 은행이 절차를 중단했습니다. 계좌는 등록되지 않았습니다.",
        ),
        "debit.failed.no_account": (
            "選んだ口座が使えません(解約など)。口座は登録していません。ほかの口座で試してください。",
            "その口座は 使えません。ほかの口座で してください。",
            "The account you chose cannot be used. Nothing was registered. Please try another account.",
            "所选账户无法使用。尚未登记。请尝试其他账户。",
            "선택한 계좌를 사용할 수 없습니다. 등록되지 않았습니다. 다른 계좌로 시도해 주세요.",
        ),
        "debit.failed.name_differs": (
            "口座の名義が届け出と合わないため、銀行が登録しませんでした。本人名義の口座で試してください。",
            "口座の 名前が ちがいます。自分の 名前の 口座で してください。",
            "The bank refused because the holder's name differs. Please use an account in your own name.",
            "户名不一致，银行未予登记。请使用本人名义的账户。",
            "예금주 이름이 달라 은행이 등록하지 않았습니다. 본인 명의 계좌로 시도해 주세요.",
        ),
        "debit.failed.closed": (
            "銀行の受付時間が終わったため、登録していません。時間内にもう一度試してください。",
            "銀行の 時間が おわりました。あとで もう一度 してください。",
            "The bank closed before you finished. Nothing was registered. Please try again during its hours.",
            "银行受理时间已结束，未登记。请在受理时间内重试。",
            "은행 접수 시간이 끝나 등록되지 않았습니다. 접수 시간에 다시 시도해 주세요.",
        ),
        "debit.failed.already": (
            "この口座は、銀行にもう登録されていました。下の「口座振替」で今の登録を確かめてください。",
            "この口座は もう 銀行に あります。今の 登録を 見てください。",
            "The bank says this account is registered already. Please look at your present registrations.",
            "该账户在银行已登记。请查看目前的登记情况。",
            "이 계좌는 이미 은행에 등록되어 있습니다. 현재 등록 내용을 확인해 주세요.",
        ),
        "debit.failed.other": (
            "銀行が登録しませんでした。銀行に問い合わせるか、ほかの口座で試してください。",
            "銀行が 登録しませんでした。ほかの 口座で してください。",
            "The bank did not register it. Please ask the bank or try another account.",
            "银行未予登记。请咨询银行或尝试其他账户。",
            "은행이 등록하지 않았습니다. 은행에 문의하거나 다른 계좌로 시도해 주세요.",
        ),
        "debit.failed.cancelled": (
            "銀行のページで中止したため、口座は登録していません。",
            "銀行の ページで やめました。口座は 登録していません。",
            "You cancelled at the bank. No account was registered.",
            "您在银行页面取消了办理。账户未登记。",
            "은행 페이지에서 중단했습니다. 계좌는 등록되지 않았습니다.",
        ),
        "debit.failed.expired": (
            "時間が過ぎたため、口座は登録していません。もう一度始めてください。",
            "時間が すぎました。口座は 登録していません。もう一度 はじめてください。",
            "Time ran out. No account was registered. Please start again.",
            "已超时，账户未登记。请重新开始。",
            "시간이 지나 계좌가 등록되지 않았습니다. 다시 시작해 주세요.",
        ),
    }.items()
}
