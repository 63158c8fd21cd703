"""Addresses of the officials' pages of cases."""

from django.urls import path

from .staff_pages import (
    bulk,
    corrections,
    decisions,
    entering,
    files,
    lists,
    messages,
    numbers,
    papers,
    proposals,
    record,
    steps,
)

app_name = "eng_cases_staff"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("export/", lists.export, name="export"),
    path("enter/", entering.begin, name="enter"),
    path("enter/<uuid:draft_id>/", entering.fill, name="entry"),
    path("numbers/", numbers.book, name="numbers"),
    path("numbers/<uuid:number_id>/", numbers.void, name="number"),
    path("bulk/", bulk.choose, name="bulk"),
    path("bulk/<uuid:run_id>/", bulk.progress, name="bulk_run"),
    path("bulk/<uuid:run_id>/stop/", bulk.stop, name="bulk_stop"),
    path("<str:number>/", record.show, name="case"),
    path("<str:number>/reveal/", record.reveal, name="reveal"),
    path("<str:number>/take/", steps.take, name="take"),
    path("<str:number>/release/", steps.release, name="release"),
    path("<str:number>/correction/", corrections.ask, name="correction"),
    path("<str:number>/correction/cancel/", steps.cancel_correction, name="cancel_correction"),
    path("<str:number>/expire/", steps.expire, name="expire"),
    path("<str:number>/approve/", decisions.approve, name="approve"),
    path("<str:number>/refuse/", decisions.refuse, name="refuse"),
    path("<str:number>/messages/", messages.thread, name="messages"),
    path("<str:number>/messages/send/", messages.send, name="message_send"),
    path("<str:number>/dispatch/", papers.dispatch, name="dispatch"),
    path("<str:number>/returned/", papers.returned, name="returned"),
    path("<str:number>/print/", papers.sheet, name="print"),
    path("<str:number>/link/", papers.link, name="link"),
    path("<str:number>/unlink/", papers.unlink, name="unlink"),
    path("<str:number>/proposal/", proposals.change, name="proposal"),
    path("<str:number>/proposal/take-back/", proposals.take_back, name="proposal_take_back"),
    path("<str:number>/files/<uuid:file_id>/", files.download, name="file"),
    path("<str:number>/files/<uuid:file_id>/thumbnail/", files.thumbnail, name="thumbnail"),
    path("<str:number>/documents/<uuid:document_id>/", files.document, name="document"),
]
