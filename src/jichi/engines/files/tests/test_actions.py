"""Uploads stored or refused, retention, sweeping: whole use cases on the real database."""

from __future__ import annotations

import io
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from jichi.design.catalogue import message
from jichi.engines.audit.context import Actor, system_actor
from jichi.engines.audit.queries import events_of
from jichi.engines.files import actions, commands, queries, retention, storage, tasks
from jichi.engines.files.backends.sandbox import EICAR
from jichi.engines.files.errors import MESSAGES, FileLost, FileRefused, FileWaiting
from jichi.engines.files.models import Blob, Rendition, StoredFile
from jichi.kernel import clock
from jichi.kernel.errors import NotFound

from . import hostile

pytestmark = pytest.mark.django_db
RESIDENT = Actor(kind="resident", account_id=uuid.UUID(int=7))
HOUSE = system_actor("test")
PDF_TYPE = "application/pdf"


def upload(data: bytes, name: str = "書類.pdf", **options: object) -> StoredFile:
    sent = SimpleUploadedFile(name, data, content_type="text/html")
    return actions.store_upload(actor=RESIDENT, upload=sent, purpose="test", **options)  # type: ignore[arg-type]  # options of a test


def make(data: bytes = b"%PDF-made", name: str = "made.pdf") -> StoredFile:
    return actions.store_bytes(actor=HOUSE, data=data, filename=name, media_type=PDF_TYPE, purpose="test")


def on_disk(root: Path) -> set[str]:
    return {p.name for p in root.rglob("*") if p.is_file()}


def test_a_pdf_is_kept_byte_for_byte(files_root: Path) -> None:
    data = hostile.written(hostile.pdf())
    file = upload(data, "../申請書.PDF.exe")
    info = queries.get_file(file.id)
    assert (info.filename, info.media_type, info.size) == ("申請書.PDF.pdf", PDF_TYPE, len(data))
    assert (info.state, info.created_by, info.purpose) == ("ready", RESIDENT.account_id, "test")
    with queries.open_file(file.id) as content:
        assert content.read() == data
    assert storage.path_of(info.sha256) == files_root / info.sha256[:2] / info.sha256[2:4] / info.sha256
    assert storage.path_of(info.sha256).stat().st_mode & 0o777 == 0o400


def test_a_picture_is_made_anew_with_a_thumbnail() -> None:
    file = upload(hostile.photo_with_place(), "写真.png")
    with queries.open_file(file.id) as content, Image.open(content) as image:
        assert image.size == (40, 60)
        assert not image.getexif()
    small = queries.get_rendition(file.id, "thumbnail")
    assert small is not None
    assert (small.media_type, small.filename) == ("image/jpeg", "写真.jpg")
    with queries.open_content(small) as content, Image.open(content) as image:
        assert image.size == (40, 60)
    assert queries.get_rendition(file.id, "poster") is None


@pytest.mark.parametrize(
    ("data", "code", "params"),
    [
        (b"", "file.empty", {}),
        (b"a" * (10 * 2**20 + 1), "file.too_large", {"limit_mb": 10, "size_mb": 10.1, "max": "10MB", "size": "10.1MB"}),
        (b"\0" * (50 * 2**20), "file.too_large", {"limit_mb": 10, "size_mb": 50, "max": "10MB", "size": "50MB"}),
        (b"hello", "file.type", {"found": "text", "allowed": "pdf, image"}),
        (b"<svg/>", "file.unsafe", {"reason": "svg"}),
        (hostile.pdf_encrypted(), "file.password", {"reason": "encrypted"}),
        (b"%PDF-1.7 cut off", "file.unreadable", {"reason": "pdf"}),
    ],
)
def test_a_refused_upload_says_why_and_leaves_nothing(
    data: bytes, code: str, params: dict[str, object], files_root: Path
) -> None:
    with pytest.raises(FileRefused) as refused:
        upload(data, "書類.pdf")
    assert refused.value.code == code
    assert refused.value.params == {"filename": "書類.pdf", "name": "書類.pdf", **params}
    assert StoredFile.objects.count() == Blob.objects.count() == 0
    assert on_disk(files_root) == set()


def test_a_size_that_lies_does_not_fill_the_memory() -> None:
    class Endless:
        name, size, asked = "a.pdf", 100, 0

        def seek(self, offset: int, /) -> int:
            return offset

        def read(self, size: int = -1, /) -> bytes:
            self.asked = size
            return b"%" * size

    sent = Endless()
    with pytest.raises(FileRefused, match=r"file\.too_large"):
        actions.store_upload(actor=RESIDENT, upload=sent, purpose="test")
    assert sent.asked == 10 * 2**20 + 1


@pytest.mark.parametrize("allow", [("csv",), ("text",), ("csv", "text")])
def test_tables_for_imports_are_accepted_where_asked_for(allow: tuple[str, ...]) -> None:
    file = upload("番号,氏名\r\n1,髙橋".encode("cp932"), "名簿.exe", allow=allow)
    assert (file.media_type, file.filename) == (
        ("text/csv", "名簿.csv") if "csv" in allow else ("text/plain", "名簿.txt")
    )


def test_the_same_content_is_stored_once(files_root: Path) -> None:
    first, second = make(name="a.pdf"), make(name="b.pdf")
    assert first.id != second.id
    assert first.blob_id == second.blob_id
    assert Blob.objects.count() == 1
    assert on_disk(files_root) == {first.blob_id}


def test_discarding_one_of_two_keeps_the_content_until_nobody_names_it(files_root: Path) -> None:
    first, second = make(), make()
    actions.discard_file(actor=HOUSE, file_id=first.id)
    with pytest.raises(NotFound):
        queries.get_file(first.id)
    assert actions.sweep_orphans(actor=HOUSE, older_than_s=0) == 0
    actions.discard_file(actor=HOUSE, file_id=second.id)
    tasks.sweep()  # younger than a day: left alone
    assert on_disk(files_root) == {first.blob_id}
    with clock.standing_at(clock.now() + timedelta(seconds=1)):
        assert actions.sweep_orphans(actor=HOUSE, older_than_s=0) == 1
    assert on_disk(files_root) == set()
    assert Blob.objects.count() == 0


def test_sweeping_removes_content_that_no_row_ever_named(files_root: Path) -> None:
    kept = make()
    stray = storage.digest_of(b"stray")
    storage.put(stray, b"stray")
    (files_root / storage.TEMPORARY / "half").write_bytes(b"ha")
    assert actions.sweep_orphans(actor=HOUSE, older_than_s=0) == 1
    assert on_disk(files_root) == {kept.blob_id}
    assert list(Blob.objects.values_list("sha256", flat=True)) == [kept.blob_id]


def test_retention_counts_from_the_day_and_ends_the_day_after() -> None:
    actions.set_retention(actor=HOUSE, purpose="test", keep_days=30, basis="文書管理規程 別表第2")
    with clock.standing_at(datetime(2026, 5, 1, 23, 59, tzinfo=clock.TOKYO)):
        file = make()
    assert file.keep_until == date(2026, 5, 31)
    assert retention.over("files.expired", date(2026, 5, 31), 10) == []
    found = retention.over("files.expired", date(2026, 6, 1), 10)
    assert found == [(str(file.id), str(file.id), date(2026, 5, 31))]
    assert retention.erase("files.expired", [str(file.id)]) == ({"eng_files_storedfile": 1}, [file.blob_id])
    assert not StoredFile.objects.exists()


def test_an_owner_may_keep_a_file_longer() -> None:
    file = make()
    assert file.keep_until is None
    actions.keep_file_until(actor=HOUSE, file_id=file.id, day=date(2031, 3, 31))
    assert StoredFile.objects.get().keep_until == date(2031, 3, 31)
    with pytest.raises(NotFound):
        actions.keep_file_until(actor=HOUSE, file_id=uuid.uuid4(), day=None)


def test_the_trail_names_who_brought_it_and_not_what_it_was_called() -> None:
    file = upload(hostile.written(hostile.pdf()), "診断書 花子.pdf")
    actions.discard_file(actor=RESIDENT, file_id=file.id)
    trail = events_of(table="eng_files_storedfile", object_id=str(file.id))
    assert [e.action for e in trail] == ["delete", "insert"]
    assert {e.subject for e in trail} == {str(RESIDENT.account_id)}
    assert "花子" not in str([e.detail for e in trail])


def infected() -> bytes:
    return b"caution: " + EICAR


def test_malware_is_refused_and_leaves_nothing(settings: Settings, files_root: Path) -> None:
    settings.JICHI_SCANNER = {"backend": "sandbox"}
    with pytest.raises(FileRefused) as refused:
        upload(infected(), "a.txt", allow=("text",))
    assert (refused.value.code, refused.value.params["reason"]) == ("file.unsafe", "malware")
    assert StoredFile.objects.count() == 0
    assert on_disk(files_root) == set()


def test_while_the_scanner_is_away_files_wait_unopened_and_are_judged_later(
    settings: Settings, tmp_path: Path, files_root: Path
) -> None:
    away = tmp_path / "away"
    away.touch()
    settings.JICHI_SCANNER = {"backend": "sandbox", "away_while": str(away)}
    good = upload(hostile.picture(), "a.jpg")
    bad = upload(infected(), "b.txt", allow=("text",))
    assert (good.state, bad.state, good.scan_result) == ("waiting", "waiting", "away:sandbox")
    for file in (good, bad):
        with pytest.raises(FileWaiting, match="scanner_away"):
            queries.open_file(file.id)
    small = queries.get_rendition(good.id)
    assert small is not None
    with pytest.raises(FileWaiting):
        queries.open_content(small)

    assert actions.rescan_waiting(actor=HOUSE) == {"ready": 0, "refused": 0, "waiting": 1}
    away.unlink()
    assert actions.rescan_waiting(actor=HOUSE) == {"ready": 1, "refused": 1, "waiting": 0}
    queries.open_file(good.id).close()
    with pytest.raises(FileRefused, match=r"file\.refused"):
        queries.open_file(bad.id)
    assert bad.blob_id not in on_disk(files_root)
    assert StoredFile.objects.get(pk=bad.pk).scan_result == "found:Eicar-Test-Signature"
    assert actions.rescan_waiting(actor=HOUSE) == {"ready": 0, "refused": 0, "waiting": 0}
    assert commands.main(["check"]) == 0


def test_check_finds_what_is_lost_and_what_has_changed(capsys: pytest.CaptureFixture[str]) -> None:
    whole, lost, changed = make(b"1"), make(b"2"), make(b"3")
    assert commands.main(["check"]) == 0
    storage.remove(lost.blob_id)
    path = storage.path_of(changed.blob_id)
    path.chmod(0o600)
    path.write_bytes(b"4")
    capsys.readouterr()
    assert commands.main(["check"]) == 1
    said = capsys.readouterr().out
    assert f"lost\t{lost.blob_id}\t{lost.id}" in said
    assert f"changed\t{changed.blob_id}\t{changed.id}" in said
    assert "1 whole, 2 lost or changed" in said
    assert whole.blob_id not in said
    with pytest.raises(FileLost):
        queries.open_file(lost.id)
    make(b"2")  # storing it again brings it back
    queries.open_file(lost.id).close()


def test_renditions_go_with_their_file() -> None:
    file = upload(hostile.picture(size=(900, 600)), "a.jpg")
    assert Rendition.objects.count() == 1
    actions.discard_file(actor=HOUSE, file_id=file.id)
    assert Rendition.objects.count() == 0
    with clock.standing_at(clock.now() + timedelta(seconds=1)):
        assert actions.sweep_orphans(actor=HOUSE, older_than_s=0) == 2


def test_the_scanner_sees_what_was_sent_not_what_was_made_of_it(settings: Settings) -> None:
    settings.JICHI_SCANNER = {"backend": "sandbox"}
    with pytest.raises(FileRefused):
        upload(hostile.picture() + EICAR, "a.jpg")
    assert EICAR not in io.BytesIO(hostile.picture()).getvalue()


def test_doctor_says_what_is_missing(settings: Settings, tmp_path: Path) -> None:
    assert [(f.what, f.state) for f in commands.findings()] == [
        ("files", "ok"),
        ("document fonts", "ok"),
        ("malware scanner", "missing"),
    ]
    (tmp_path / "away").touch()
    settings.JICHI_SCANNER = {"backend": "sandbox", "away_while": str(tmp_path / "away")}
    assert commands.findings()[2].state == "wrong"
    (tmp_path / "away").unlink()
    assert commands.findings()[2].state == "ok"


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_every_refusal_has_its_sentence(code: str) -> None:
    assert message(code, "ja", name="写真.jpg") != message("error", "ja")


def test_the_sentence_for_a_file_that_is_too_large() -> None:
    with pytest.raises(FileRefused) as refused:
        upload(b"a" * 12 * 2**20, "写真.heic")
    assert message(refused.value.code, "ja", **refused.value.params) == (
        "写真.heicは12MBで、大きすぎます。10MBまでの写真かPDFを選んでください。"
    )
