"""Texts that forms sends."""

from __future__ import annotations

from jichi.engines.messages.rules import Template

TEMPLATES: tuple[Template, ...] = (
    Template(
        key="forms.draft_ends",
        topic="drafts",
        subject={
            "ja": "{ward}: 書きかけの申請があります",
            "easy": "{ward}: 書いているとちゅうの申請があります",
            "en": "{ward}: You have an unfinished application",
            "zh-hans": "{ward}:您有尚未完成的申请",
            "ko": "{ward}: 작성 중인 신청이 있습니다",
        },
        body={
            "ja": "書きかけの申請は、{due}に消えます。続きから始められます。\n{url}",
            "easy": "書いているとちゅうの申請があります。{due}に消えます。ここから続きを書けます。\n{url}",
            "en": "Your unfinished application will be deleted on {due}. You can continue here.\n{url}",
            "zh-hans": "尚未完成的申请将于{due}删除。您可以从这里继续填写。\n{url}",
            "ko": "작성 중인 신청은 {due}에 삭제됩니다. 여기에서 이어서 작성할 수 있습니다.\n{url}",
        },
    ),
    Template(
        key="forms.closed",
        topic="drafts",
        subject={
            "ja": "{ward}: 書きかけの申請の受付が終わりました",
            "easy": "{ward}: 書いているとちゅうの申請は、もうできません",
            "en": "{ward}: Applications have closed",
            "zh-hans": "{ward}:您正在填写的申请已停止受理",
            "ko": "{ward}: 작성 중인 신청의 접수가 끝났습니다",
        },
        body={
            "ja": "書きかけの申請は、受付が終わりました。書いた内容は、{due}まで見られます。\n{url}",
            "easy": "その申請は、もうできません。書いたことは、{due}まで見られます。\n{url}",
            "en": "The procedure you were applying for has closed. You can read what you entered until {due}.\n{url}",
            "zh-hans": "您正在填写的申请已停止受理。已填写的内容可查看至{due}。\n{url}",
            "ko": "작성 중인 신청의 접수가 끝났습니다. 작성한 내용은 {due}까지 볼 수 있습니다.\n{url}",
        },
    ),
    Template(
        key="forms.changed",
        topic="drafts",
        subject={
            "ja": "{ward}: 書きかけの申請の質問が変わりました",
            "easy": "{ward}: 書いているとちゅうの申請の質問が変わりました",
            "en": "{ward}: The questions of your application have changed",
            "zh-hans": "{ward}:您正在填写的申请有变更",
            "ko": "{ward}: 작성 중인 신청의 질문이 바뀌었습니다",
        },
        body={
            "ja": "書きかけの申請の質問が変わりました。変わったところを見て、{due}までに続けてください。\n{url}",
            "easy": "質問が変わりました。{due}までに、ここから続きを書いてください。\n{url}",
            "en": "Questions of your unfinished application have changed. Look at them and go on by {due}.\n{url}",
            "zh-hans": "您正在填写的申请有问题变更。请查看变更并于{due}前继续。\n{url}",
            "ko": "작성 중인 신청의 질문이 바뀌었습니다. 바뀐 곳을 보고 {due}까지 계속해 주세요.\n{url}",
        },
    ),
    Template(
        key="forms.reopened",
        topic="drafts",
        subject={
            "ja": "{ward}: 書きかけの申請を続けられます",
            "easy": "{ward}: 書いているとちゅうの申請を続けられます",
            "en": "{ward}: You can go on with your application",
            "zh-hans": "{ward}:您可以继续填写申请",
            "ko": "{ward}: 작성 중인 신청을 계속할 수 있습니다",
        },
        body={
            "ja": "止まっていた受付が、また始まりました。書きかけの申請を、{due}まで続けられます。\n{url}",
            "easy": "また申請できます。{due}までに、ここから続きを書いてください。\n{url}",
            "en": "Applications are open again. You can go on with your unfinished application until {due}.\n{url}",
            "zh-hans": "已重新开始受理。您可以在{due}前继续填写申请。\n{url}",
            "ko": "접수가 다시 시작되었습니다. 작성 중인 신청을 {due}까지 계속할 수 있습니다.\n{url}",
        },
    ),
    Template(
        key="forms.guest_link",
        topic="drafts",
        may_opt_out=False,
        subject={
            "ja": "{ward}: 申請を開くリンクです",
            "easy": "{ward}: 申請のページのリンクです",
            "en": "{ward}: Link to your application",
            "zh-hans": "{ward}:打开您的申请的链接",
            "ko": "{ward}: 신청을 여는 링크입니다",
        },
        body={
            "ja": "申請の続きや結果は、このリンクから見られます。使えるのは1回、30日間です。\n{url}\n\n"
            "心当たりがないときは、このメールを消してください。\n",
            "easy": "申請の続きは、ここから書けます。使えるのは1回です。30日間使えます。\n{url}\n\n"
            "知らないときは、このメールを消してください。\n",
            "en": "You can open your application with this link. It works once, within 30 days.\n{url}\n\n"
            "If you do not know about this, please delete this mail.\n",
            "zh-hans": "您可以通过此链接打开您的申请。链接30天内有效,只能使用一次。\n{url}\n\n"
            "如与您无关,请删除此邮件。\n",
            "ko": "이 링크로 신청을 열 수 있습니다. 30일 동안 한 번만 사용할 수 있습니다.\n{url}\n\n"
            "본인과 관계가 없으면 이 메일을 삭제해 주세요.\n",
        },
    ),
    Template(
        key="forms.confirm",
        topic="drafts",
        subject={
            "ja": "{ward}: 申請の内容を確かめてください",
            "easy": "{ward}: 申請を見てください",
            "en": "{ward}: Please confirm an application",
            "zh-hans": "{ward}:请确认一份申请",
            "ko": "{ward}: 신청 내용을 확인해 주세요",
        },
        body={
            "ja": "申請する方から、内容の確認を頼まれています。番号を聞いて、{due}までに確かめてください。\n{url}",
            "easy": "申請する人から、あなたへのお願いです。番号を聞いて、{due}までに見てください。\n{url}",
            "en": "Somebody asks you to confirm their application. Ask them for the code, and answer by {due}.\n{url}",
            "zh-hans": "申请人请您确认申请内容。请向对方询问验证码,并于{due}前确认。\n{url}",
            "ko": "신청하는 분이 내용 확인을 부탁했습니다. 그분에게 번호를 물어 {due}까지 확인해 주세요.\n{url}",
        },
    ),
    Template(
        key="forms.confirmed",
        topic="drafts",
        subject={
            "ja": "{ward}: もう1人の方が確認しました",
            "easy": "{ward}: もう1人の人が見ました",
            "en": "{ward}: The second person has confirmed",
            "zh-hans": "{ward}:另一方已确认",
            "ko": "{ward}: 다른 한 분이 확인했습니다",
        },
        body={
            "ja": "もう1人の方の確認が済みました。申請を続けてください。\n{url}",
            "easy": "もう1人の人が見ました。続けてください。\n{url}",
            "en": "The second person has confirmed. Please go on with your application.\n{url}",
            "zh-hans": "另一方已确认,请继续申请。\n{url}",
            "ko": "다른 한 분의 확인이 끝났습니다. 신청을 계속해 주세요.\n{url}",
        },
    ),
    Template(
        key="forms.refused",
        topic="drafts",
        subject={
            "ja": "{ward}: もう1人の方が確認しませんでした",
            "easy": "{ward}: もう1人の人が「ちがう」と言いました",
            "en": "{ward}: The second person did not confirm",
            "zh-hans": "{ward}:另一方未予确认",
            "ko": "{ward}: 다른 한 분이 확인하지 않았습니다",
        },
        body={
            "ja": "もう1人の方は、この内容では確認しませんでした。内容を確かめて、もう一度頼んでください。\n{url}",
            "easy": "もう1人の人は「ちがう」と言いました。書いたことを見て、もう一度頼んでください。\n{url}",
            "en": "The second person did not confirm this content. Please check it and ask again.\n{url}",
            "zh-hans": "另一方未确认该内容。请检查后重新请求确认。\n{url}",
            "ko": "다른 한 분이 이 내용을 확인하지 않았습니다. 내용을 확인하고 다시 부탁해 주세요.\n{url}",
        },
    ),
)
