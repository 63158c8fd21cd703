"""What residents' pages say, in five languages; one place, handed to templates as `say`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.kernel.localized import LANGUAGES, LocalizedText, pick

WORDS: Final[Mapping[str, LocalizedText]] = {
    key: dict(zip(LANGUAGES, words, strict=True))
    for key, words in {
        "title": ("口座振替", "口座からの 支払い", "Account transfer", "账户转账", "계좌이체"),
        "lead": (
            "納期ごとに、登録した口座から自動で引き落とします。申込みは24時間できます(銀行の受付時間を除く)。",
            "お金を 口座から 自動で はらいます。",
            "Dues are taken from your account by themselves. You can apply day and night while the bank is open.",
            "每期自动从登记的账户扣款。可24小时申请（以银行受理时间为准）。",
            "납기마다 등록한 계좌에서 자동으로 출금됩니다. 24시간 신청할 수 있습니다(은행 접수 시간 기준).",
        ),
        "begin": (
            "口座振替を申し込む", "口座を 登録する", "Register an account", "申请账户转账", "계좌이체 신청",
        ),
        "mine": ("今の登録", "今の 登録", "Registered now", "目前的登记", "현재 등록"),
        "past": ("これまでの申込み", "これまでの 申込み", "Applications so far", "以往的申请", "지난 신청"),
        "none": (
            "登録はまだありません。", "まだ ありません。", "Nothing is registered yet.", "尚无登记。",
            "아직 등록이 없습니다.",
        ),
        "nothing": (
            "口座振替にできる支払いは、今はありません。", "口座から はらえる お金は 今 ありません。",
            "There is nothing to pay by account transfer now.", "目前没有可账户转账的缴费。",
            "지금은 계좌이체로 납부할 것이 없습니다.",
        ),
        "which": (
            "口座から支払うもの", "口座から はらうもの", "What to pay from the account", "从账户支付的项目",
            "계좌에서 납부할 항목",
        ),
        "bank": ("金融機関", "銀行", "Bank", "金融机构", "금융기관"),
        "closed_now": (
            "受付 {hours} (今は時間外)", "{hours} (今は 休み)", "Open {hours} (closed now)",
            "受理 {hours}（目前时间外）", "접수 {hours} (지금은 시간 외)",
        ),
        "open_now": ("受付 {hours}", "{hours}", "Open {hours}", "受理 {hours}", "접수 {hours}"),
        "always": ("24時間", "いつでも", "day and night", "24小时", "24시간"),
        "terms": ("約定", "きまり", "Terms", "约定", "약관"),
        "terms_text": (
            "納期の日に口座から引き落とします。残高が足りないときは、次の振替日にもう一度引き落とします。続けて引き落とせないときは納付書を送ります。",
            "口座から お金を はらいます。たりないときは もう一度 はらいます。できないときは 紙を おくります。",
            "Dues are taken when they fall due. If that fails, we try once more; if it keeps failing, we send slips.",
            "在缴费期限日从账户扣款。余额不足时将在下一个转账日再次扣款。连续扣款失败时将寄送缴费单。",
            "납기일에 계좌에서 출금합니다. 안 되면 다음 이체일에 다시 출금하고, 계속 안 되면 납부서를 보냅니다.",
        ),
        "agree": (
            "約定に同意します", "きまりを 読みました。これで よいです", "I agree to the terms", "我同意约定",
            "약관에 동의합니다",
        ),
        "to_bank": (
            "銀行のページに進む", "銀行の ページに すすむ", "Go on to the bank", "前往银行页面", "은행 페이지로 이동",
        ),
        "to_bank_note": (
            "銀行のページで口座を選びます。暗証番号や合言葉は区には届きません。",
            "銀行の ページで 口座を えらびます。パスワードは 区役所に とどきません。",
            "You choose the account at the bank. Your password never reaches the ward.",
            "在银行页面选择账户。密码不会传送给区政府。",
            "은행 페이지에서 계좌를 선택합니다. 비밀번호는 구에 전달되지 않습니다.",
        ),
        "checking": (
            "銀行の答えを待っています", "銀行の 答えを まっています", "Waiting for the bank", "正在等待银行答复",
            "은행의 답을 기다리고 있습니다",
        ),
        "checking_text": (
            "銀行から結果が届くまで、少し時間がかかることがあります。このページは自動で新しくなります。閉じても大丈夫です。",
            "銀行の 答えを まっています。このページを とじても だいじょうぶです。",
            "The bank's answer can take a little while. This page looks again by itself; you may close it.",
            "银行答复可能需要一些时间。本页面会自动更新，可以关闭。",
            "은행의 답이 오기까지 시간이 걸릴 수 있습니다. 이 페이지는 자동으로 새로 고쳐지며 닫아도 됩니다.",
        ),
        "resume": (
            "銀行のページに戻る", "銀行の ページに もどる", "Back to the bank's page", "返回银行页面",
            "은행 페이지로 돌아가기",
        ),
        "done": (
            "口座振替の登録が終わりました", "口座の 登録が おわりました", "Your account is registered",
            "账户转账登记已完成", "계좌이체 등록이 끝났습니다",
        ),
        "done_text": (
            "{month}の納期の分から、口座から引き落とします。それより前の分は納付書で支払ってください。",
            "{month}から 口座で はらいます。その前は 紙で はらってください。",
            "Dues that fall due from {month} on are taken from the account. Pay earlier ones by slip.",
            "从{month}到期的部分开始从账户扣款。此前的部分请用缴费单支付。",
            "{month} 납기분부터 계좌에서 출금됩니다. 그 이전 분은 납부서로 납부해 주세요.",
        ),
        "failed": (
            "口座振替の登録ができませんでした", "口座の 登録が できませんでした", "No account was registered",
            "未能登记账户", "계좌가 등록되지 않았습니다",
        ),
        "again": ("もう一度申し込む", "もう一度 はじめる", "Apply again", "重新申请", "다시 신청"),
        "back": (
            "口座振替のページへ", "口座の ページへ", "To account transfer", "前往账户转账", "계좌이체 페이지로",
        ),
        "number": ("申込番号", "ばんごう", "Application number", "申请编号", "신청 번호"),
        "mandate_number": ("登録番号", "登録の ばんごう", "Registration number", "登记编号", "등록 번호"),
        "account": ("口座", "口座", "Account", "账户", "계좌"),
        "since": ("引き落としの始まり", "はじまり", "Taken from", "开始扣款", "출금 시작"),
        "ended": ("終わった日", "おわった日", "Ended on", "结束日期", "종료일"),
        "live": ("登録済み", "登録しました", "Registered", "已登记", "등록됨"),
        "held": ("止まっています", "とまっています", "On hold", "已暂停", "중지됨"),
        "over": ("終了", "おわり", "Ended", "已结束", "종료"),
        "waiting": ("銀行の答え待ち", "まっています", "Waiting", "等待中", "대기 중"),
        "refused": ("登録なし", "登録なし", "Not registered", "未登记", "등록 안 됨"),
        "held_text": (
            "銀行からの知らせで止まっています。口座を変えるか、担当課に連絡してください。",
            "とまっています。口座を かえるか、電話してください。",
            "The bank told us to stop. Change the account or call the office.",
            "因银行通知已暂停。请更改账户或联系主管部门。",
            "은행의 통지로 중지되었습니다. 계좌를 변경하거나 담당 부서에 연락해 주세요.",
        ),
        "change": ("口座を変える", "口座を かえる", "Change the account", "更改账户", "계좌 변경"),
        "change_title": (
            "口座を変える手続", "口座を かえる", "Changing the account", "更改账户的手续", "계좌 변경 절차",
        ),
        "stop": ("口座振替をやめる", "口座からの 支払いを やめる", "End the transfer", "停止账户转账", "계좌이체 중지"),
        "stop_text": (
            "やめると、これからの納期の分は納付書で支払います。銀行への依頼が済んだ分は引き落とされることがあります。",
            "やめると、紙で はらいます。もう 銀行に たのんだ お金は 口座から はらうことが あります。",
            "If you end it, pay later dues by slip. What was already asked of the bank may still be taken.",
            "停止后，今后的缴费请使用缴费单。已委托银行的部分可能仍会扣款。",
            "중지하면 이후 납기분은 납부서로 납부합니다. 이미 은행에 의뢰한 분은 출금될 수 있습니다.",
        ),
        "stop_go": ("やめる", "やめる", "End it", "停止", "중지하기"),
        "keep": ("やめずに戻る", "やめないで もどる", "Keep it and go back", "不停止并返回", "중지하지 않고 돌아가기"),
        "link": (
            "マイページで結び付ける", "マイページで つなぐ", "Link on My page", "在我的页面关联",
            "마이 페이지에서 연결",
        ),
    }.items()
}  # fmt: skip


def say(key: str, language: str, **params: object) -> str:
    """One text in a language, filled in."""
    return pick(WORDS[key], language).text.format(**params)


def all_words(language: str) -> dict[str, str]:
    """All texts, for a template; those with places to fill stay as they are."""
    return {key: pick(words, language).text for key, words in WORDS.items()}
