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
from reports.pages.levels import levels
from reports.pages.operators import operator, operators, own_figures
from reports.schedules.views import add_schedule, report_schedules, stop_schedule

urlpatterns = [
    path("reports/", reports, name="reports"),
    path("reports/conversations/", conversations, name="report_conversations"),
    path(
        "reports/conversations/<slug:public_id>/", report_conversation, name="report_conversation"
    ),
    path("reports/operators/", operators, name="report_operators"),
    path("reports/operators/<int:pk>/", operator, name="report_operator"),
    path("reports/mine/", own_figures, name="own_figures"),
    path("reports/levels/", levels, name="report_levels"),
    path("reports/schedules/", report_schedules, name="report_schedules"),
    path("reports/schedules/add/<slug:source>/", add_schedule, name="add_schedule"),
    path("reports/schedules/<int:pk>/stop/", stop_schedule, name="stop_schedule"),
    path("exports/", exports, name="exports"),
    path("exports/note/", export_note, name="export_note"),
    path("exports/of/<slug:source>/", begin_export, name="begin_export"),
    path("exports/<slug:public_id>/", export, name="export"),
    path("exports/<slug:public_id>/cancel/", cancel_export, name="cancel_export"),
    path("exports/<slug:public_id>/file/", download_export, name="download_export"),
]
