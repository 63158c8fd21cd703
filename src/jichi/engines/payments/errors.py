"""What this room's error codes say, in five languages. "firm.…" codes: see `Refund.last_error`."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, dict[str, str]]] = {
    code: dict(zip(("ja", "easy", "en", "zh-hans", "ko"), words, strict=True))
    for code, words in {
        "payment.off": (
            "今は、インターネットで支払えません。ほかの支払い方を担当課に聞いてください。申請の内容は残っています。",
            "今は、インターネットで お金をはらえません。区役所に電話してください。申請は 消えていません。",
            "Online payment is not available now. Please ask the office how to pay. Your application is kept.",
            "目前无法在线支付。请向主管部门询问其他支付方式。您的申请内容已保留。",
            "지금은 온라인으로 납부할 수 없습니다. 담당 부서에 다른 방법을 문의해 주세요. 신청 내용은 그대로 있습니다.",
        ),
        "payment.away": (
            "支払いの会社につながりません。お金は引き落とされていません。しばらくしてから、もう一度試してください。",
            "お金をはらう会社に つながりません。お金は へっていません。あとで もう一度 してください。",
            "The payment company cannot be reached. No money was taken. Please try again later.",
            "无法连接支付公司。没有扣款。请稍后再试。",
            "결제 회사에 연결할 수 없습니다. 돈은 빠져나가지 않았습니다. 잠시 후 다시 시도해 주세요.",
        ),
        "payment.not_due": (
            "支払うものはありません。最新の内容を見てください。",
            "はらう お金は ありません。新しいページを 見てください。",
            "There is nothing to pay. Please look at the latest version.",
            "没有需要支付的款项。请查看最新内容。",
            "납부할 것이 없습니다. 최신 내용을 확인해 주세요.",
        ),
        "payment.checking": (
            "前の支払いの結果を確認しています。もう一度支払わないでください。分かりしだいお知らせします。",
            "はらったかどうか 調べています。もう一度 はらわないでください。わかったら 知らせます。",
            "We are checking your previous payment. Do not pay again. We will tell you the result.",
            "正在确认上一次支付的结果。请勿再次支付。确认后将通知您。",
            "이전 납부의 결과를 확인하고 있습니다. 다시 납부하지 마세요. 확인되는 대로 알려 드립니다.",
        ),
        "payment.not_paid": (
            "支払われていないため、返すお金はありません。何も変わっていません。",
            "まだ はらっていません。返す お金は ありません。",
            "It has not been paid, so there is nothing to give back. Nothing has changed.",
            "尚未支付,没有可退的款项。没有任何更改。",
            "납부되지 않아 돌려줄 금액이 없습니다. 바뀐 것은 없습니다.",
        ),
        "payment.carried": (
            "税や使用料などの支払いです。収納の期別のページで記録・還付してください。何も変わっていません。",
            "ここでは かえられません。",
            "This carries the money of a bill. Record or refund it on the page of the bill. Nothing has changed.",
            "这是账单的付款。请在账单页面登记或退款。没有任何更改。",
            "고지서의 납부입니다. 고지서 페이지에서 기록하거나 환급해 주십시오. 바뀐 것은 없습니다.",
        ),
        "payment.not_counter": (
            "窓口で受け取ったお金ではないため、取り消せません。還付してください。何も変わっていません。",
            "まど口の お金では ありません。取り消せません。",
            "It was not paid at the counter, so it cannot be cancelled. Please refund it. Nothing has changed.",
            "不是在窗口支付的款项,无法取消。请办理退款。没有任何更改。",
            "창구에서 받은 금액이 아니므로 취소할 수 없습니다. 환급해 주십시오. 바뀐 것은 없습니다.",
        ),
        "payment.not_today": (
            "取り消せるのは、受け取った日のうちだけです。還付してください。何も変わっていません。",
            "取り消せるのは、その日だけです。",
            "It can be cancelled only on the day it was taken. Please refund it. Nothing has changed.",
            "只能在收款当日取消。请办理退款。没有任何更改。",
            "받은 당일에만 취소할 수 있습니다. 환급해 주십시오. 바뀐 것은 없습니다.",
        ),
        "payment.refund_state": (
            "この還付は、今の状態では変えられません。最新の内容を見てください。",
            "今は かえられません。新しいページを 見てください。",
            "This refund cannot be changed in its present state. Please look at the latest version.",
            "当前状态下无法更改此退款。请查看最新内容。",
            "현재 상태에서는 이 환급을 바꿀 수 없습니다. 최신 내용을 확인해 주세요.",
        ),
        "payment.slip": (
            "控えの番号は40文字までで、改行を入れずに入力してください。",
            "ばんごうは 40文字までです。",
            "The slip number has at most 40 characters on one line.",
            "单据编号最多40个字符,不能换行。",
            "전표 번호는 줄바꿈 없이 40자까지 입력해 주세요.",
        ),
        "firm.away": (
            "支払いの会社につながりません。つながりしだい送ります。",
            "お金をはらう会社に つながりません。",
            "The payment company cannot be reached. It is sent as soon as it can be.",
            "无法连接支付公司。恢复后将立即发送。",
            "결제 회사에 연결할 수 없습니다. 연결되는 대로 보냅니다.",
        ),
        "firm.trouble": (
            "支払いの会社で処理できませんでした。あとでもう一度送ります。",
            "お金をはらう会社で うまくいきませんでした。",
            "The payment company could not handle it. It is sent again later.",
            "支付公司未能处理。稍后将再次发送。",
            "결제 회사에서 처리하지 못했습니다. 나중에 다시 보냅니다.",
        ),
        "firm.broken_off": (
            "送ったあと返事がなく、還付されたか分かりません。同じ番号でもう一度送ります(二重にはなりません)。",
            "おくりましたが、へんじが ありません。",
            "There was no answer after sending. It is sent again under the same key, which cannot refund twice.",
            "发送后没有回复。将以同一编号再次发送,不会重复退款。",
            "보낸 뒤 응답이 없습니다. 같은 번호로 다시 보내며, 이중 환급은 되지 않습니다.",
        ),
        "firm.refused": (
            "支払いの会社が還付を断りました。本人に連絡し、別の方法で返してください。",
            "お金をはらう会社が ことわりました。",
            "The payment company refused the refund. Contact the person and give it back in another way.",
            "支付公司拒绝了退款。请联系本人,以其他方式退还。",
            "결제 회사가 환급을 거절했습니다. 본인에게 연락하여 다른 방법으로 돌려주십시오.",
        ),
        "firm.bad_answer": (
            "支払いの会社の返事が読めませんでした。あとでもう一度送ります。",
            "お金をはらう会社の へんじが 読めませんでした。",
            "The payment company's answer could not be read. It is sent again later.",
            "无法读取支付公司的回复。稍后将再次发送。",
            "결제 회사의 응답을 읽을 수 없습니다. 나중에 다시 보냅니다.",
        ),
        "firm.off": (
            "支払いの会社が設定されていません。システム担当に知らせてください。",
            "せっていが ありません。",
            "No payment company is configured. Tell the system administrator.",
            "未设置支付公司。请通知系统管理员。",
            "결제 회사가 설정되지 않았습니다. 시스템 담당자에게 알려 주십시오.",
        ),
    }.items()
}
