"""Addresses of a case for its applicant: one address for each, whatever procedure it came from."""

from django.urls import path

from . import resident_corrections, resident_messages, resident_views

app_name = "eng_cases_items"
urlpatterns = [
    path("correction/<uuid:draft_id>/", resident_corrections.check, name="correction_check"),
    path("<str:number>/", resident_views.item, name="item"),
    path("<str:number>/messages/", resident_messages.thread, name="messages"),
    path("<str:number>/withdraw/", resident_views.withdraw, name="withdraw"),
    path("<str:number>/documents/<uuid:document_id>/", resident_views.document, name="document"),
    path("<str:number>/files/<uuid:file_id>/", resident_views.attachment, name="attachment"),
    path("<str:number>/correction/", resident_corrections.correction, name="correction"),
    path("<str:number>/correction/done/", resident_corrections.done, name="correction_done"),
]
