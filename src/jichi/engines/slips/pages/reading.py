"""納付書を調べる: any slip explained, from its numbers, a photo or a PDF. Nothing of it is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jichi.design.fields import FormField, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.files.rules.names import safe_filename
from jichi.kernel import clock
from jichi.kernel.errors import FieldError, Invalid

from .. import queries
from ..examining import Examined, examine_file, examine_text
from ..explaining import MOST_TEXT, told
from ..permissions import READ
from ..queries import SlipView
from ..scanning import MOST_BYTES, too_large

UNPROCESSABLE = 422


@access(audience="staff", permission=READ, methods=("GET", "POST"))
def read(request: SignedInRequest) -> HttpResponse:
    """A2: the question, and under it what was found."""
    text = request.POST.get("text", "")
    wrong: dict[str, FieldError] = {}
    found = None
    if request.method == "POST":
        try:
            found = _examined(request, text)
        except Invalid as error:
            wrong = dict(error.fields) or {"file": FieldError(error.code, error.params)}
    fields = [
        FormField(
            name="text", label="番号や符号", kind="textarea", rows=3, required=False, show_mark=False,
            value=text[:MOST_TEXT], error=wrong.get("text"),
            hint="バーコードの下の2行、QRコードの中身、OCRの行のどれか。ハイフンや空白はあってもかまいません。",
        ),
        FormField(
            name="file", label="写真かPDF", kind="file", accept="image/jpeg,image/png,image/webp,.pdf", required=False,
            show_mark=False, error=wrong.get("file"),
            hint="スマートフォンなら、その場で撮れます。10MBまで。調べたあと、どこにも残しません。",
        ),
    ]  # fmt: skip
    records = _records(found) if found else []
    context = {
        "title": "納付書を調べる", "fields": fields, "errors": errors_for(fields), "examined": found,
        "records": records,
        "right": found is not None and found.right and not any(said for _, said in records),
    }  # fmt: skip
    return render(request, "eng_slips/read.html", context, status=UNPROCESSABLE if wrong else 200)


def _records(examined: Examined) -> list[tuple[SlipView | None, list[str]]]:
    """For each barcode that is right in itself: the slip as issued, and what our records say against it."""
    terms = queries.terms_on(clock.today())
    found = []
    for one in examined.found:
        if one.barcode is not None:
            faults = queries.record_faults(one.barcode, terms.issuer if terms else "")
            slip = queries.find_slip(one.barcode.free_area, one.barcode.reissue)
            found.append((slip, [told(fault) for fault in faults]))
    return found


def _examined(request: HttpRequest, text: str) -> Examined:
    upload = request.FILES.get("file")
    if (upload is None) == (not text.strip()):
        raise Invalid(fields={"text": FieldError("slip.text_or_file")})
    if upload is None:
        return examine_text(text, today=clock.today())
    name = safe_filename(upload.name or "")
    if upload.size is None or upload.size > MOST_BYTES:
        raise too_large(upload.size or 0, name)
    return examine_file(upload.read(), name=name, today=clock.today())
