"""Sentences of this room for the message catalogue: what was refused, what was kept, what to do now.

Officials read them, in Japanese; the other languages are there as for every code of the house.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.kernel.localized import LocalizedText


def _five(ja: str, easy: str, en: str, zh: str, ko: str) -> LocalizedText:
    return {"ja": ja, "easy": easy, "en": en, "zh-hans": zh, "ko": ko}


MESSAGES: Final[Mapping[str, LocalizedText]] = {
    "route.changed": _five(
        "ほかの人が先に操作しました。あなたの操作は行われていません。最新の内容を見てください。",
        "ほかの人が先に変えました。あなたのしたことは、まだできていません。新しいページを見てください。",
        "Somebody else acted first, so nothing of yours was done. Please look at the latest version.",
        "其他人已先行操作,您的操作未执行。请查看最新内容。",
        "다른 사람이 먼저 처리하여 이 작업은 수행되지 않았습니다. 최신 내용을 확인해 주세요.",
    ),
    "route.ended": _five(
        "この経路は終わっています。操作は行われていません。",
        "もう終わっています。",
        "This route has ended. Nothing was done.",
        "此流程已结束,操作未执行。",
        "이 결재 경로는 끝났습니다. 작업은 수행되지 않았습니다.",
    ),
    "route.own": _five(
        "自分の起案は決裁できません。ほかの職の人が操作します。",
        "自分で書いたものは、自分で決められません。",
        "You cannot approve your own draft. Somebody in another post acts on it.",
        "不能审批自己起草的文件,须由其他职位的人办理。",
        "본인이 기안한 것은 결재할 수 없습니다. 다른 직위의 사람이 처리합니다.",
    ),
    "route.not_yours": _five(
        "今の段は、あなたの職の番ではありません。",
        "今は、あなたの番ではありません。",
        "It is not the turn of your post.",
        "现在未轮到您的职位。",
        "지금은 귀하의 직위 차례가 아닙니다.",
    ),
    "route.not_your_turn": _five(
        "この段の番ではありません。最新の内容を見てください。",
        "今は、この人の番ではありません。",
        "It is not the turn of this step. Please look at the latest version.",
        "尚未轮到此步骤。请查看最新内容。",
        "이 단계의 차례가 아닙니다. 최신 내용을 확인해 주세요.",
    ),
    "route.holder_present": _five(
        "{seat}が在席しているため、代決できません。",
        "{seat}がいるので、代わりに決められません。",
        "The holder of the post ({seat}) is present, so there is no deputising.",
        "任职者({seat})在岗,不能代为决定。",
        "담당 직위자({seat})가 있으므로 대결할 수 없습니다.",
    ),
    "route.deputy_excluded": _five(
        "この事案(重要・異例・疑義のあるもの)は代決できません。在席を待つか、差し戻してください。",
        "これは大切なことなので、代わりに決められません。",
        "This matter is important, unusual or disputed: no deputy may act on it.",
        "此事项重要、异常或有争议,不得代为决定。",
        "중요하거나 이례적이거나 다툼이 있는 사안은 대결할 수 없습니다.",
    ),
    "route.say_how": _five(
        "代決するときは「代決する」から操作してください。",
        "代わりに決めるときは、「代決する」をおしてください。",
        "To act as deputy, please use the button for it.",
        "代为决定时,请使用专用按钮。",
        "대결할 때에는 전용 버튼을 사용해 주세요.",
    ),
    "route.wrong_act": _five(
        "「{step}」の段ではできない操作です。",
        "今は、それはできません。",
        "This is not possible at the step “{step}”.",
        "步骤“{step}”不能执行该操作。",
        "‘{step}’ 단계에서는 할 수 없는 작업입니다.",
    ),
    "route.once": _five(
        "この段では、あなたはすでに回答しています。",
        "もう答えています。",
        "You have answered at this step already.",
        "您在此步骤已作答。",
        "이 단계에서 이미 답하셨습니다.",
    ),
    "route.with_drafter": _five(
        "今は起案した人のところにあります。",
        "今は、書いた人のところにあります。",
        "It is with the drafter now.",
        "目前在起草人处。",
        "지금은 기안자에게 있습니다.",
    ),
    "route.drafter_only": _five(
        "起案した人だけができる操作です。",
        "書いた人だけができます。",
        "Only the drafter can do this.",
        "仅起草人可执行。",
        "기안자만 할 수 있습니다.",
    ),
    "route.under_way": _five(
        "すでに回議中です。",
        "もう回っています。",
        "It is under way already.",
        "已在传阅中。",
        "이미 회람 중입니다.",
    ),
    "route.acted_already": _five(
        "次の人がすでに操作したため、引き戻せません。差戻しを頼んでください。",
        "次の人がもう見ました。取りもどせません。",
        "The next person has acted, so it cannot be taken back. Please ask for it to be sent back.",
        "下一位已处理,无法撤回。请要求退回。",
        "다음 사람이 이미 처리하여 회수할 수 없습니다. 반려를 요청해 주세요.",
    ),
    "route.same_content": _five(
        "内容は変わっていません。",
        "変わっていません。",
        "The content is the same.",
        "内容没有变化。",
        "내용이 바뀌지 않았습니다.",
    ),
    "route.not_minor": _five(
        "金額などが変わる修正は、軽微な修正にできません。もう一度承認を受けてください。",
        "お金などが変わるときは、もう一度見てもらいます。",
        "A change of the amount is no minor correction. It has to be approved again.",
        "金额等发生变化时不属于轻微修改,须重新审批。",
        "금액 등이 바뀌는 수정은 경미한 수정이 아닙니다. 다시 승인을 받아야 합니다.",
    ),
    "route.no_such_target": _five(
        "そこには差し戻せません。起案した人か、前の段を選んでください。",
        "そこにはもどせません。",
        "It cannot be sent back there. Choose the drafter or an earlier step.",
        "不能退回到该处。请选择起草人或之前的步骤。",
        "그곳으로는 반려할 수 없습니다. 기안자나 앞 단계를 선택해 주세요.",
    ),
    "route.no_such_consent": _five(
        "合議する職を1つ以上、重ならないように選んでください。",
        "1つか、もっと選んでください。",
        "Choose one post or more for the extra consent, each once.",
        "请选择一个以上不重复的会签职位。",
        "합의할 직위를 중복 없이 하나 이상 선택해 주세요.",
    ),
    "route.too_many_consents": _five(
        "合議を追加できるのは{max}回までです。",
        "{max}回までです。",
        "Extra consents can be added up to {max} times.",
        "最多可追加{max}次会签。",
        "합의는 {max}회까지 추가할 수 있습니다.",
    ),
    "route.vacant": _five(
        "{seat}が空席です。経路を選び直すか、管理者に連絡してください。",
        "{seat}がいません。係の人に言ってください。",
        "The post ({seat}) is vacant. Choose another route or tell the administrator.",
        "该职位({seat})空缺。请重新选择流程或联系管理员。",
        "해당 직위({seat})가 공석입니다. 경로를 다시 선택하거나 관리자에게 연락해 주세요.",
    ),
    "route.no_pull_up": _five(
        "この経路では引上げできません。",
        "これはできません。",
        "This route does not allow skipping lower posts.",
        "此流程不允许越级处理。",
        "이 경로에서는 상위자가 먼저 처리할 수 없습니다.",
    ),
    "route.consent_first": _five(
        "合議が済んでいないため、引上げできません。",
        "ほかの課の答えを待ってください。",
        "Consent of other sections comes first.",
        "须先完成会签。",
        "합의가 끝나지 않아 할 수 없습니다.",
    ),
    "route.not_higher": _five(
        "自分より下の職の段だけを引き上げられます。",
        "下の人の番だけ、先にできます。",
        "Only steps of lower posts can be passed over.",
        "只能越过较低职位的步骤。",
        "더 낮은 직위의 단계만 건너뛸 수 있습니다.",
    ),
    "route.nothing_to_read": _five(
        "この経路に、あなたが読むものは残っていません。",
        "読むものはありません。",
        "There is nothing left for you to read here.",
        "此流程没有待您阅读的内容。",
        "읽을 것이 남아 있지 않습니다.",
    ),
    "route.reason_required": _five(
        "理由を入力してください。関係する人が読みます。",
        "理由を書いてください。",
        "Please enter the reason. Those concerned will read it.",
        "请填写理由。相关人员将会看到。",
        "이유를 입력해 주세요. 관계자가 읽습니다.",
    ),
    "route.ask_whom": _five(
        "照会する相手を、自分以外から選んでください。",
        "ほかの人を選んでください。",
        "Choose somebody other than yourself to ask.",
        "请选择本人以外的询问对象。",
        "본인이 아닌 사람을 조회 대상으로 선택해 주세요.",
    ),
    "route.too_many_questions": _five(
        "回答を待っている照会が{max}件あります。回答を待ってください。",
        "質問が多すぎます。答えを待ってください。",
        "{max} questions are waiting for an answer. Please wait for one.",
        "已有{max}个询问等待答复。请等待答复。",
        "답변을 기다리는 조회가 {max}건 있습니다. 답변을 기다려 주세요.",
    ),
    "route.no_question": _five(
        "この照会には、すでに回答があります。",
        "もう答えがあります。",
        "This question has been answered already.",
        "该询问已有答复。",
        "이 조회에는 이미 답변이 있습니다.",
    ),
    "route.fact_missing": _five(
        "経路を決めるための値「{fact}」がありません。",
        "「{fact}」がありません。",
        "The value “{fact}”, which the route depends on, is missing.",
        "缺少决定流程所需的值“{fact}”。",
        "경로를 정하는 값 ‘{fact}’이(가) 없습니다.",
    ),
    "route.open_already": _five(
        "この件は、すでに回議中です。",
        "もう回っています。",
        "This matter is on a route already.",
        "此事项已在流程中。",
        "이 건은 이미 회람 중입니다.",
    ),
    "route.unknown": _five(
        "決裁経路「{route}」がありません。管理者に連絡してください。",
        "決める道がありません。",
        "There is no route “{route}”. Please tell the administrator.",
        "没有流程“{route}”。请联系管理员。",
        "결재 경로 ‘{route}’이(가) 없습니다. 관리자에게 연락해 주세요.",
    ),
    "route.nobody_left": _five(
        "この職位をなくすと、{count}件の決裁を待つ人がいなくなります。先に、ほかの職に同じ職位を決めてください。",
        "決める人がいなくなるものが{count}あります。先に、ほかの人を決めてください。",
        "Without this post {count} matter(s) would wait for nobody. Give its rank to another post first.",
        "取消此职位后,有{count}件事项将无人处理。请先为其他职务设定相同职级。",
        "이 직위를 없애면 {count}건을 처리할 사람이 없어집니다. 먼저 다른 직에 같은 직위를 정해 주세요.",
    ),
    "route.too_many_open": _five(
        "決裁中のものが{count}件あり、一度に動かせません。減ってから、もう一度行ってください。",
        "今は多いので、できません。少なくなってからしてください。",
        "There are {count} open matters, too many to move at once. Please try again when there are fewer.",
        "目前有{count}件事项正在审批,无法一次转移。请在减少后重试。",
        "결재 중인 것이 {count}건이어서 한 번에 옮길 수 없습니다. 줄어든 뒤에 다시 해 주세요.",
    ),
    "absence.overlaps": _five(
        "同じ日を含む不在がすでにあります。先にそれを取り消してください。",
        "同じ日の不在がもうあります。",
        "There is an absence on some of these days already. Please cancel it first.",
        "已有包含相同日期的缺勤。请先取消。",
        "같은 날짜의 부재가 이미 있습니다. 먼저 취소해 주세요.",
    ),
    "absence.days": _five(
        "終わりの日は、始めの日以後の日を入力してください。",
        "終わりの日を見てください。",
        "The last day must be on or after the first.",
        "结束日期须不早于开始日期。",
        "끝나는 날은 시작하는 날 이후여야 합니다.",
    ),
    "absence.past": _five(
        "終わりの日は、今日以後の日を入力してください。",
        "終わりの日は、今日か、その後の日です。",
        "The last day must be today or later.",
        "结束日期须为今天或之后。",
        "끝나는 날은 오늘 이후여야 합니다.",
    ),
    "absence.deputy": _five(
        "代決者は、ほかの職員から選んでください。",
        "ほかの人を選んでください。",
        "Please choose another official as deputy.",
        "请选择其他职员作为代理人。",
        "대결자는 다른 직원 중에서 선택해 주세요.",
    ),
}
