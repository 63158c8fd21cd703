"""What a person changed between two versions of a definition, each with its place, a sentence and its weight. Pure.

Both are compared as what they say, not as they are laid out: a default written out is no change. Pages, questions,
choices and the like are the same where their id is; everything else by its place.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

from .compare_words import caption, listed_as, said
from .definition import FormDefinition
from .item_names import ITEM_NAMES
from .load import canonical

Weight: TypeAlias = Literal["content", "words", "translation"]
"""What is asked, charged or decided; only how it is said; only how it is said in other languages."""
HEAVIEST: Final[tuple[Weight, ...]] = ("content", "words", "translation")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    `path` like "pages.companion.companion_name.label", by ids; `page` and `field` where it belongs to one (as they are
    called now, or were, if removed); `before`, `after` in Japanese words, "" for nothing.
    """

    path: str
    kind: Literal["added", "removed", "moved", "changed"]
    weight: Weight
    sentence: str
    before: str = ""
    after: str = ""
    page: str = ""
    field: str = ""


def compare(old: FormDefinition, new: FormDefinition) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the file; nothing only where both say the same.

    The number of the version is no difference.
    """
    before, after = (one.model_dump(mode="json", by_alias=True) for one in (old, new))
    found: list[Difference] = []
    for item in after:
        if item == "pages":
            found += _pages(_Walk(old, new, (item,), ""), before[item], after[item])
        elif item not in {"version", "format"}:
            found += _item(_Walk(old, new, (), ""), item, before[item], after[item])
    return tuple(found)


def weight_of(differences: Sequence[Difference]) -> Weight | None:
    """The heaviest of them; None for none."""
    return min((one.weight for one in differences), key=HEAVIEST.index, default=None)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Where the comparison stands: the path by ids and the place in words (「ページ「氏名」の質問「カナ」」)."""

    old: FormDefinition
    new: FormDefinition
    path: tuple[str, ...]
    place: str
    page: str = ""
    field: str = ""

    def into(self, part: str, words: str, *, page: str = "", field: str = "") -> _Walk:
        """One step further in."""
        joined = f"{self.place}の{words}" if self.place else words
        path = (*self.path, part)
        return replace(self, path=path, place=joined, page=page or self.page, field=field or self.field)

    def of(self) -> str:
        """The place before what stands there."""
        return f"{self.place}の" if self.place else ""

    def told(self, kind: Any, weight: Weight, sentence: str, before: str = "", after: str = "") -> Difference:
        """A difference here."""
        path = ".".join(self.path)
        return Difference(path, kind, weight, sentence, before, after, self.page, self.field)


_KEYS: Final[Mapping[str, str]] = {
    "options": "value", "items": "code", "columns": "id", "exemptions": "id", "rules": "id", "reasons": "id",
    "cross_checks": "id", "declarations": "id", "official_checks": "id", "follow_ups": "id",
}  # fmt: skip
"""Lists whose parts have a name of their own."""
_WORDS_ONLY: Final = frozenset({"keywords", "synonyms", "life_events", "summary", "hint", "noun", "intro"})
_CONDITIONS: Final = frozenset({"show_if", "when", "rule", "min", "max"})


def _is_text(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("ja"), str)


def _item(walk: _Walk, item: str, before: Any, after: Any) -> Iterator[Difference]:
    """One item of a part, before and after."""
    if canonical(before) == canonical(after):
        return
    name = ITEM_NAMES.get(item, item)
    here = replace(walk, path=(*walk.path, item))
    if _is_text(before) and _is_text(after):
        yield _text(here, name, before, after)
    elif isinstance(before, list) and isinstance(after, list) and _has_parts([*before, *after]):
        yield from _list(here, item, before, after)
    elif _is_part(item, before) and _is_part(item, after):
        deeper = walk.into(item, name)
        for key in {**before, **after}:
            yield from _item(deeper, key, before.get(key), after.get(key))
    else:
        yield _plain(here, item, before, after)


def _is_part(item: str, value: object) -> bool:
    return isinstance(value, dict) and not _is_text(value) and item not in _CONDITIONS


def _has_parts(values: list[Any]) -> bool:
    return any(isinstance(one, dict) for one in values)


def _plain(here: _Walk, item: str, before: Any, after: Any) -> Difference:
    name = ITEM_NAMES.get(item, item)
    weight: Weight = "words" if set(here.path) & _WORDS_ONLY or _is_text(before) or _is_text(after) else "content"
    was, now = said(item, before, here.old), said(item, after, here.new)
    if before in (None, [], {}):
        return here.told("added", weight, f"{here.of()}{name}を足しました。", was, now)
    if after in (None, [], {}):
        return here.told("removed", weight, f"{here.of()}{name}を消しました。", was, now)
    return here.told("changed", weight, f"{here.of()}{name}を変えました。", was, now)


def _text(here: _Walk, name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Difference:
    if before["ja"] != after["ja"]:
        return here.told("changed", "words", f"{here.of()}{name}の文を変えました。", before["ja"], after["ja"])
    changed = [code for code in {**before, **after} if before.get(code) != after.get(code)]
    was, now = ("\n".join(f"{code}: {side.get(code, '')}" for code in changed) for side in (before, after))
    return here.told("changed", "translation", f"{here.of()}{name}の訳を変えました({', '.join(changed)})。", was, now)


def _list(here: _Walk, item: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    """Parts of a list: by their id where they have one, otherwise in order."""
    key = _KEYS.get(item)
    if key is not None and all(isinstance(one, dict) and key in one for one in (*before, *after)):
        yield from _keyed(here, item, {one[key]: one for one in before}, {one[key]: one for one in after})
        return
    was, now = ([canonical(one) for one in side] for side in (before, after))
    steps = difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    for _, i, i_end, j, j_end in (step for step in steps if step[0] != "equal"):
        both = min(i_end - i, j_end - j)
        for step in range(both):
            yield from _part(_inside(here, item, after[j + step], str(j + step)), before[i + step], after[j + step])
        for n in range(i + both, i_end):
            yield _gone(_inside(here, item, before[n], str(n)), item, before[n])
        for n in range(j + both, j_end):
            yield _come(_inside(here, item, after[n], str(n)), item, after[n])


def _inside(here: _Walk, item: str, part: Any, number: str) -> _Walk:
    return replace(here, path=(*here.path, number), place=f"{here.of()}{listed_as(item, part)}")


def _part(here: _Walk, before: Any, after: Any) -> Iterator[Difference]:
    """One part of a list against another at the same place."""
    if _is_text(before) and _is_text(after):
        yield replace(_text(here, "", before, after), sentence=f"{here.place}の文を変えました。")
    elif isinstance(before, dict) and isinstance(after, dict) and not _is_text(before) and not _is_text(after):
        for key in {**before, **after}:
            yield from _item(here, key, before.get(key), after.get(key))
    else:
        was, now = said("", before, here.old), said("", after, here.new)
        yield here.told("changed", "content", f"{here.place}を変えました。", was, now)


def _keyed(here: _Walk, item: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key, part in before.items():
        if key not in after:
            yield _gone(_inside(here, item, part, key), item, part)
    moved = moved_among(list(before), list(after))
    for key, part in after.items():
        inside = _inside(here, item, part, key)
        if key not in before:
            yield _come(inside, item, part)
            continue
        if key in moved:
            yield inside.told("moved", "content", f"{inside.place}の順を変えました。")
        yield from _part(inside, before[key], part)


def _gone(here: _Walk, item: str, part: Any) -> Difference:
    weight: Weight = "words" if _is_text(part) else "content"
    return here.told("removed", weight, f"{here.place}を消しました。", before=said(item, part, here.old))


def _come(here: _Walk, item: str, part: Any) -> Difference:
    weight: Weight = "words" if _is_text(part) else "content"
    return here.told("added", weight, f"{here.place}を足しました。", after=said(item, part, here.new))


def moved_among(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """Those of both that left their order; as few as can explain it."""
    place = {name: number for number, name in enumerate(before)}
    common = [name for name in after if name in place]
    best: list[tuple[int, int]] = []  # longest rising row that ends here: its length and the one before
    for n, name in enumerate(common):
        rising = ((best[m][0], m) for m in range(n) if place[common[m]] < place[name])
        length, previous = max(rising, default=(0, -1))
        best.append((length + 1, previous))
    keep: set[str] = set()
    at = max(range(len(best)), key=lambda n: best[n][0], default=-1)
    while at >= 0:
        keep.add(common[at])
        at = best[at][1]
    return frozenset(common) - keep


def _pages(here: _Walk, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    """Pages and questions: a question is the same on whichever page it stands."""
    old_pages, new_pages = ({page["id"]: page for page in side} for side in (before, after))
    was_on, is_on = ({f["id"]: page["id"] for page in side for f in page["fields"]} for side in (before, after))
    was = {f["id"]: f for page in before for f in page["fields"]}

    def step(page: Any, field: Any = None) -> _Walk:
        inside = here.into(page["id"], f"ページ「{caption(page)}」", page=page["id"])
        return inside if field is None else inside.into(field["id"], f"質問「{caption(field)}」", field=field["id"])

    for page in before:
        if page["id"] not in new_pages:
            gone = [f for f in page["fields"] if f["id"] not in is_on]
            yield step(page).told("removed", "content", f"ページ「{caption(page)}」を消しました{_asked(gone)}。")
            continue
        for f in page["fields"]:
            if f["id"] not in is_on:
                yield replace(_gone(step(page, f), "fields", f), before=caption(f))
    moved = moved_among(list(old_pages), list(new_pages))
    for page in after:
        if page["id"] not in old_pages:
            come = [f for f in page["fields"] if f["id"] not in was_on]
            yield step(page).told("added", "content", f"ページ「{caption(page)}」を足しました{_asked(come)}。")
        else:
            if page["id"] in moved:
                yield step(page).told("moved", "content", f"ページ「{caption(page)}」の順を変えました。")
            for item in ("title", "intro", "show_if"):
                yield from _item(step(page), item, old_pages[page["id"]][item], page[item])
        yield from _questions(step, page, was, was_on, old_pages)


def _asked(fields: Sequence[Any]) -> str:
    return f"(質問: {'、'.join(caption(field) for field in fields)})" if fields else ""


def _questions(
    step: Callable[..., _Walk], page: Any, was: Mapping[str, Any], was_on: Mapping[str, str], old: Mapping[str, Any]
) -> Iterator[Difference]:
    """The questions of one page as it is now."""
    stayed = [f["id"] for f in page["fields"] if was_on.get(f["id"]) == page["id"]]
    moved = moved_among([f["id"] for f in old[page["id"]]["fields"]], stayed) if page["id"] in old else frozenset()
    for f in page["fields"]:
        walk = step(page, f)
        if f["id"] not in was:
            if page["id"] in old:
                yield replace(_come(walk, "fields", f), after=caption(f))
            continue
        before = was_on[f["id"]]
        if before != page["id"]:
            names = caption(old[before]), caption(page)
            sentence = f"質問「{caption(f)}」をページ「{names[0]}」から「{names[1]}」へ移しました。"
            yield walk.told("moved", "content", sentence, *names)
        elif f["id"] in moved:
            yield walk.told("moved", "content", f"{walk.place}の順を変えました。")
        for item in f:
            yield from _item(walk, item, was[f["id"]][item], f[item])
