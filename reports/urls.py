from django.urls import path

from reports.exports.views import begin_export, cancel_export, download_export, export, exports

urlpatterns = [
    path("exports/", exports, name="exports"),
    path("exports/of/<slug:source>/", begin_export, name="begin_export"),
    path("exports/<slug:public_id>/", export, name="export"),
    path("exports/<slug:public_id>/cancel/", cancel_export, name="cancel_export"),
    path("exports/<slug:public_id>/file/", download_export, name="download_export"),
]
