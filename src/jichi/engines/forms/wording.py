"""Sentences for this room's codes, in five languages; `apps.ready` adds them to the catalogue of design."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .rules.texts import localized

MESSAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "forms.message": localized("{message}", "{message}", "{message}", "{message}", "{message}"),
    "forms.exclusive": localized(
        "「{choice}」を選ぶときは、ほかの選択を外してください。",
        "「{choice}」をえらぶときは、ほかをえらばないでください。",
        "If you choose “{choice}”, please untick the others.",
        "选择“{choice}”时,请取消其他选项。",
        "‘{choice}’을(를) 선택할 때는 다른 선택을 해제해 주세요.",
    ),
    "forms.table_cells": localized(
        "「{label}」に誤りがあります。",
        "「{label}」にまちがいがあります。",
        "Please correct “{label}”.",
        "“{label}”有误,请更正。",
        "‘{label}’에 오류가 있습니다.",
    ),
    "forms.point_missing": localized(
        "「{label}」を、言葉か、緯度と経度で入力してください。",
        "「{label}」を書いてください。",
        "Please give “{label}” in words, or as latitude and longitude.",
        "请用文字或经纬度填写“{label}”。",
        "‘{label}’을(를) 글 또는 위도와 경도로 입력해 주세요.",
    ),
    "forms.point_numbers": localized(
        "緯度と経度は、両方を数字で入力してください。例 35.658000 と 139.745000",
        "緯度と経度は、両方を数字で書いてください。",
        "Please give both latitude and longitude as numbers, for example 35.658000 and 139.745000.",
        "请同时以数字填写纬度和经度,例如35.658000和139.745000。",
        "위도와 경도를 모두 숫자로 입력해 주세요. 예: 35.658000, 139.745000",
    ),
    "forms.point_outside": localized(
        "この緯度と経度は、対象の区域の外です。数字を確かめてください。",
        "この場所は、区の外です。数字を見てください。",
        "This point lies outside of the area. Please check the numbers.",
        "该经纬度在对象区域之外,请确认数字。",
        "이 위치는 대상 구역 밖입니다. 숫자를 확인해 주세요.",
    ),
    "forms.too_few_rows": localized(
        "「{label}」は{min}行以上入力してください。いまは{now}行です。",
        "「{label}」は、{min}行から書いてください。いまは{now}行です。",
        "Please fill in at least {min} rows in “{label}” (now {now}).",
        "“{label}”请至少填写{min}行(现在{now}行)。",
        "‘{label}’은(는) {min}행 이상 입력해 주세요(현재 {now}행).",
    ),
    "forms.register_changed": localized(
        "住民登録の内容が、前に確認したときから変わりました。もう一度確認してください。",
        "登録の内容が、前とちがいます。もう一度見てください。",
        "Your registered details have changed since you checked them. Please check them again.",
        "登记内容自您上次确认后已变更,请再次确认。",
        "등록 내용이 지난번 확인 이후 바뀌었습니다. 다시 확인해 주세요.",
    ),
    "forms.incomplete": localized(
        "まだ答えていないところがあります。入力した内容は保存しています。続きを入力してください。",
        "まだ書いていないところがあります。書いたものは残っています。続きを書いてください。",
        "Some questions are not answered yet. Your answers are saved. Please continue.",
        "还有尚未填写的内容。已填写的内容已保存,请继续填写。",
        "아직 입력하지 않은 부분이 있습니다. 입력한 내용은 저장되어 있습니다. 이어서 입력해 주세요.",
    ),
    "forms.not_open_yet": localized(
        "受付はまだ始まっていません。受付が始まってから申請してください。",
        "まだ申請できません。始まってから申請してください。",
        "Applications are not open yet. Please apply once they open.",
        "尚未开始受理,请在开始后申请。",
        "아직 접수가 시작되지 않았습니다. 접수가 시작된 후 신청해 주세요.",
    ),
    "forms.closed": localized(
        "受付は終わりました。入力した内容は、下書きの期限まで残っています。担当課にご相談ください。",
        "受付は終わりました。区の人に聞いてください。",
        "Applications have closed. Your draft is kept until its deletion date. Please contact the office.",
        "受理已截止。草稿将保留至删除日。请咨询主管部门。",
        "접수가 마감되었습니다. 작성 중인 내용은 삭제일까지 남아 있습니다. 담당 부서에 문의해 주세요.",
    ),
    "forms.not_eligible": localized(
        "この手続の対象ではないため、申請できません。理由を確かめて、分からないときは担当課にご相談ください。",
        "この手続きは申請できません。理由を見てください。わからないときは、聞いてください。",
        "You cannot apply for this. Please read the reason, or ask the office.",
        "您不属于本手续的对象,无法申请。请查看理由,或咨询主管部门。",
        "이 절차의 대상이 아니어서 신청할 수 없습니다. 이유를 확인하고, 모르는 점은 담당 부서에 문의해 주세요.",
    ),
    "forms.identify": localized(
        "この手続には、もっと確かな本人確認が要ります。本人確認をしてから、続けてください。入力した内容は保存しています。",
        "この手続きには、カードなどの確認がいります。書いたものは残っています。",
        "Please identify yourself more surely for this procedure, then continue. Your answers are saved.",
        "本手续需要更可靠的身份确认。已填写的内容已保存,请确认身份后继续。",
        "이 절차에는 더 확실한 본인 확인이 필요합니다. 입력한 내용은 저장되어 있습니다. 본인 확인 후 계속해 주세요.",
    ),
    "forms.unsigned": localized(
        "署名がまだです。または、署名の後に内容が変わりました。もう一度署名してください。",
        "まだサインをしていません。サインをしてください。",
        "Your signature is still missing, or the content changed after you signed. Please sign again.",
        "尚未签名,或签名后内容已变更。请重新签名。",
        "아직 서명하지 않았거나 서명 후 내용이 바뀌었습니다. 다시 서명해 주세요.",
    ),
    "forms.unconfirmed": localized(
        "もう1人の方の確認が済んでいません。または、確認の後に内容が変わりました。",
        "もう1人の人が、まだ見ていません。",
        "The second person has not confirmed this yet, or the content changed afterwards.",
        "另一方尚未确认,或确认后内容已变更。",
        "다른 한 분의 확인이 끝나지 않았거나 확인 후 내용이 바뀌었습니다.",
    ),
    "confirmation.code": localized(
        "番号が違います。頼んだ方にもう一度聞いてください。5回違うと、このリンクは使えなくなります。",
        "番号がちがいます。頼んだ人に聞いてください。5回ちがうと、使えなくなります。",
        "That code is not right. Please ask the person again; after five wrong codes this link stops working.",
        "验证码不正确。请再次询问委托您的人。错误五次后此链接将失效。",
        "번호가 다릅니다. 부탁한 분에게 다시 물어보세요. 5번 틀리면 이 링크를 사용할 수 없습니다.",
    ),
    "confirmation.over": localized(
        "このリンクは使い終わったか、期限が切れています。頼んだ方に連絡してください。",
        "このリンクは、もう使えません。頼んだ人に聞いてください。",
        "This link has been used or has expired. Please contact the person who asked you.",
        "此链接已使用或已过期。请联系委托您的人。",
        "이 링크는 이미 사용되었거나 기한이 지났습니다. 부탁한 분에게 연락해 주세요.",
    ),
    "draft.expired": localized(
        "下書きの期限が過ぎたため、消えました。もう一度始めてください。",
        "書いたものは、日が過ぎて消えました。もう一度始めてください。",
        "This draft has expired and was deleted. Please start again.",
        "草稿已过期并删除,请重新开始。",
        "작성 중인 내용이 기한이 지나 삭제되었습니다. 다시 시작해 주세요.",
    ),
    "draft.sent": localized(
        "この申請は、すでに受け付けています。",
        "この申請は、もう受け取りました。",
        "We have already received this application.",
        "该申请已受理。",
        "이 신청은 이미 접수되었습니다.",
    ),
    "draft.newer_form": localized(
        "書いている間に様式が新しくなりました。入力した内容は残っています。変わったところを確認してください。",
        "書いている間に、質問が変わりました。書いたものは残っています。変わったところを見てください。",
        "The form was updated while you were writing. Your answers are kept. Please check what has changed.",
        "填写期间表单已更新。已填写的内容已保留,请确认变更之处。",
        "작성 중에 양식이 바뀌었습니다. 입력한 내용은 남아 있습니다. 바뀐 부분을 확인해 주세요.",
    ),
    "draft.not_editable": localized(
        "直せるのは、お願いした項目だけです。ほかの項目は変わっていません。",
        "直すのは、お願いしたところだけです。",
        "Only what we asked you to correct can be changed. Nothing else was changed.",
        "只能修改要求补正的项目。其他项目未变更。",
        "요청드린 항목만 고칠 수 있습니다. 다른 항목은 바뀌지 않았습니다.",
    ),
    "forms.bad_definition": localized(
        "定義ファイルに誤りがあるため、公開していません。誤りを直してください。",
        "ファイルにまちがいがあります。直してください。",
        "The definition file has errors and was not published. Please correct them.",
        "定义文件有误,未公开。请更正。",
        "정의 파일에 오류가 있어 공개하지 않았습니다. 오류를 고쳐 주세요.",
    ),
    "forms.version_taken": localized(
        "第{version}版は、別の内容で公開済みです。版の番号を上げてください。",
        "{version}番は、もう使っています。番号を大きくしてください。",
        "Version {version} is already published with other content. Please raise the version number.",
        "第{version}版已以其他内容公开,请提高版本号。",
        "제{version}판은 다른 내용으로 이미 공개되었습니다. 판 번호를 올려 주세요.",
    ),
    "forms.version_old": localized(
        "第{newest}版が公開済みです。それより大きい版の番号にしてください。",
        "{newest}番が新しいです。もっと大きい番号にしてください。",
        "Version {newest} is already published. Please use a higher number.",
        "第{newest}版已公开,请使用更大的版本号。",
        "제{newest}판이 이미 공개되었습니다. 더 큰 번호를 사용해 주세요.",
    ),
}
