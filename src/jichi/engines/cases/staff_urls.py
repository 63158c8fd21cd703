"""Addresses of the officials' pages of cases."""

from django.urls import path

from .staff_pages import corrections, decisions, files, lists, record, steps

app_name = "eng_cases_staff"
urlpatterns = [
    path("", lists.listing, name="list"),
    path("export/", lists.export, name="export"),
    path("<str:number>/", record.show, name="case"),
    path("<str:number>/reveal/", record.reveal, name="reveal"),
    path("<str:number>/take/", steps.take, name="take"),
    path("<str:number>/release/", steps.release, name="release"),
    path("<str:number>/correction/", corrections.ask, name="correction"),
    path("<str:number>/correction/cancel/", steps.cancel_correction, name="cancel_correction"),
    path("<str:number>/expire/", steps.expire, name="expire"),
    path("<str:number>/approve/", decisions.approve, name="approve"),
    path("<str:number>/refuse/", decisions.refuse, name="refuse"),
    path("<str:number>/files/<uuid:file_id>/", files.download, name="file"),
    path("<str:number>/files/<uuid:file_id>/thumbnail/", files.thumbnail, name="thumbnail"),
    path("<str:number>/documents/<uuid:document_id>/", files.document, name="document"),
]
