"""Checkers of templates: archetypes, content policy, languages, words, alternatives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

from jichi.config.catalogs import staff_only

from .tree import Template

ARCHETYPE = re.compile(r"\A\{#\s*(A([1-9]|1[0-2])|Error)\b[^\n]*#\}")
EXTENDS = re.compile(r"""{%\s*extends\s+["']([^"']+)["']""")
JAPANESE = re.compile(r"[\u3041-\u309f\u30a0-\u30ff\u3400-\u9fff]")
TRANSLATED_CONSTANT = re.compile(r"""_\(\s*("[^"]*"|'[^']*')\s*\)""")
OWN_TAGS = frozenset({"translate", "trans", "label"})
BLANK_BUTTONS = frozenset({"OK", "ok", "Ok", "送信", "送信する", "はい", "いいえ", "Submit", "Yes", "No"})
BLANK_LINKS = frozenset({"こちら", "ここ", "here", "click here", "こちらをクリック"})


def is_page(template: Template, everything: Iterable[Template]) -> bool:
    """A template that is shown by itself: it extends a layout, and nothing extends it."""
    if not template.name.endswith(".html") or not EXTENDS.search(template.text) or "/layouts/" in template.name:
        return False
    return all(template.name not in EXTENDS.findall(other.text) for other in everything)


def archetype_findings(template: Template) -> list[str]:
    """A page says in its first line which of the twelve kinds of page it is."""
    if ARCHETYPE.match(template.text):
        return []
    return [f"{template.name}:1: the first line names no archetype, as in {{# A6 一覧: … #}}"]


def staff_templates(everything: Iterable[Template]) -> frozenset[str]:
    """Templates that only officials see; translation follows the same rule."""
    everything = tuple(everything)
    return staff_only({t.name: t.text for t in everything}, rooms={t.name: t.room for t in everything})


# -- markup --------------------------------------------------------------------------------------


class Markup(HTMLParser):
    """Walks the HTML of a template whose tags were masked, and notes what breaks the house's rules."""

    def __init__(self, template: Template) -> None:
        super().__init__()
        self.template = template
        self.findings: list[str] = []
        self.open: list[list[str]] = []
        self.in_script = False

    def say(self, what: str) -> None:
        """Note a finding at the present line."""
        self.findings.append(f"{self.template.name}:{self.getpos()[0]}: {what}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._policy(tag, values)
        self._fields(tag, values)
        if tag in {"button", "a"}:
            self.open.append([tag, ""])

    def _policy(self, tag: str, values: dict[str, str | None]) -> None:
        if "style" in values or tag == "style":
            self.say("inline style")
        if tag == "script":
            self.in_script = True
            if "src" not in values and values.get("type") != "application/json":
                self.say("inline script")
        for name, value in values.items():
            if name.startswith("on"):
                self.say(f"inline handler {name}")
            if name.startswith("hx-on"):
                self.say(f"inline handler {name}")
            if (value or "").strip().lower().startswith("javascript:"):
                self.say("javascript: address")
            if name in {"src", "href", "action", "srcset", "data", "hx-get", "hx-post"} and _is_foreign(value or ""):
                self.say(f"address of another host: {value}")

    def _fields(self, tag: str, values: dict[str, str | None]) -> None:
        if tag == "img" and "alt" not in values:
            self.say("img without alt")
        if tag in {"input", "textarea", "select"}:
            for name in ("placeholder", "disabled", "readonly", "capture"):
                if name in values:
                    self.say(f"{tag} with {name}")
        if (
            tag == "input"
            and values.get("type") in {"submit", "button"}
            and (values.get("value") or "") in BLANK_BUTTONS
        ):
            self.say(f"button that does not say what it does: {values['value']}")

    def handle_data(self, data: str) -> None:
        for entry in self.open:
            entry[1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.in_script = False
        if self.open and self.open[-1][0] == tag:
            words = self.open.pop()[1].strip().rstrip("。.")
            if tag == "button" and words in BLANK_BUTTONS:
                self.say(f"button that does not say what it does: {words}")
            if tag == "a" and (words in BLANK_LINKS or words.endswith("はこちら")):
                self.say(f"link that does not say where it leads: {words}")


def _is_foreign(address: str) -> bool:
    return address.startswith("//") or (
        bool(re.match(r"[a-z]+://", address)) and not address.startswith("http://localhost")
    )


def markup_findings(template: Template) -> list[str]:
    """Content policy, form fields, alternatives, and words of buttons and links."""
    parser = Markup(template)
    parser.feed(mask(template.text))
    parser.close()
    found = parser.findings
    for number, line in enumerate(template.text.splitlines(), 1):
        found += [
            f"{template.name}:{number}: address of another host: {address}"
            for address in re.findall(r"https?://[^\s\"'<>{}]+", line)
            if not address.startswith(("http://www.w3.org/", "http://localhost"))
        ]
    return sorted(set(found))


def mask(text: str) -> str:
    """The template with its tags replaced by what they stand for in words: `{% translate "x" %}` → x."""
    out = []
    hidden = False
    for token in Lexer(text).tokenize():
        lines = "\n" * token.contents.count("\n")
        name = _tag(token)
        if name in {"comment", "endcomment"}:
            hidden = name == "comment"
        elif hidden or token.token_type == TokenType.COMMENT:
            out.append(lines)
        elif token.token_type == TokenType.TEXT:
            out.append(token.contents)
        elif name in {"translate", "trans"}:
            quoted = re.search(r"\"([^\"]*)\"|'([^']*)'", token.contents)
            out.append((quoted[1] or quoted[2] or "") if quoted else "x")
        else:
            out.append(lines if token.token_type == TokenType.BLOCK else f"x{lines}")
    return "".join(out)


def _tag(token: Token) -> str:
    return token.split_contents()[0] if token.token_type == TokenType.BLOCK and token.contents.strip() else ""


def post_findings(template: Template) -> list[str]:
    """A form that posts carries the token against forged requests."""
    forms = re.finditer(r"<form\b[^>]*\bmethod=[\"']?post.*?</form>", template.text, re.DOTALL | re.IGNORECASE)
    return [
        f"{template.name}:{template.text.count(chr(10), 0, form.start()) + 1}: form without csrf_token"
        for form in forms
        if "{% csrf_token %}" not in form[0]
    ]


# -- words ---------------------------------------------------------------------------------------


def literal_findings(template: Template) -> list[str]:
    """Japanese that stands in a template outside of translation and labels."""
    found = []
    line = 1
    inside = ""
    for token in Lexer(template.text).tokenize():
        name = _tag(token)
        start, line = line, line + token.contents.count("\n")
        if inside:
            inside = "" if name in {f"end{inside}"} else inside
            continue
        if name in {"blocktranslate", "blocktrans", "comment"}:
            inside = name
            continue
        if name in OWN_TAGS or token.token_type == TokenType.COMMENT:
            continue
        words = TRANSLATED_CONSTANT.sub("", token.contents)
        if token.token_type == TokenType.TEXT:
            words = re.sub(r"<!--.*?-->", "", words, flags=re.DOTALL)
        if match := JAPANESE.search(words):
            shown = words[max(0, match.start() - 3) : match.start() + 18].strip().splitlines()[0]
            found.append(f"{template.name}:{start + words.count(chr(10), 0, match.start())}: literal text {shown!r}")
    return found
