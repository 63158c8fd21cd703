"""The child process around the checks: what it costs when a parser crashes, loops or eats memory."""

from __future__ import annotations

import pytest

from jichi.engines.files import inspection
from jichi.engines.files.rules.refusal import Refused

from . import hostile

ALL = ("pdf", "image", "docx", "csv")


@pytest.mark.parametrize(
    "make", [hostile.picture, lambda: hostile.written(hostile.pdf()), lambda: hostile.office("docx"), lambda: b"a,b"]
)
def test_the_child_finds_what_the_checks_find(make: object) -> None:
    data: bytes = make()  # type: ignore[operator]  # parametrised callables
    assert inspection.examine_apart(data, ALL) == inspection.examine(data, ALL)


def test_the_child_refuses_what_the_checks_refuse() -> None:
    with pytest.raises(Refused) as refused:
        inspection.examine_apart(hostile.pdf_attachment(), ALL)
    assert (refused.value.code, refused.value.reason) == ("file.unsafe", "embedded")


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        ("import os; os.kill(os.getpid(), 11)", "crash"),
        ("while True: pass", "time"),
        ("x = [b'a' * 2**28 for _ in range(100)]", "crash"),
        ("open('harm', 'wb').write(b'x' * 100)", "crash"),
    ],
)
def test_what_goes_wrong_in_the_child_stays_there(
    harm: str, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("child"))
    body = inspection._CHILD.replace(
        "inspection.child(", f"inspection.examine = harm = lambda *_: exec({harm!r}); inspection.child("
    )
    monkeypatch.setattr(inspection, "_CHILD", body)
    if reason == "time":
        monkeypatch.setattr(inspection, "WALL_S", 2)
    with pytest.raises(Refused) as refused:
        inspection.examine_apart(b"a,b", ALL)
    assert refused.value.code == "file.unreadable"
    assert refused.value.reason in {reason, "memory"}


def test_a_large_photo_fits_into_the_memory_of_the_child() -> None:
    data = hostile.picture("JPEG", (8660, 5770))  # just under 50 million pixels
    found = inspection.examine_apart(data, ("image",))
    assert found.thumbnail is not None
    assert found.thumbnail.width == 320
