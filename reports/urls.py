from django.urls import path

from reports.exports.views import (
    begin_export,
    cancel_export,
    download_export,
    export,
    export_note,
    exports,
)
from reports.pages.conversations import conversations, report_conversation, reports

urlpatterns = [
    path("reports/", reports, name="reports"),
    path("reports/conversations/", conversations, name="report_conversations"),
    path(
        "reports/conversations/<slug:public_id>/", report_conversation, name="report_conversation"
    ),
    path("exports/", exports, name="exports"),
    path("exports/note/", export_note, name="export_note"),
    path("exports/of/<slug:source>/", begin_export, name="begin_export"),
    path("exports/<slug:public_id>/", export, name="export"),
    path("exports/<slug:public_id>/cancel/", cancel_export, name="cancel_export"),
    path("exports/<slug:public_id>/file/", download_export, name="download_export"),
]
