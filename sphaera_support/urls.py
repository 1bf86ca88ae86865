from django.urls import include, path

from chat.files.views import download, look_into, preview
from chat.history.pages import history, history_day
from operators.views import photo, sign_in
from sphaera_support import views
from sphaera_support.help.pages import help_chapter, help_page
from sphaera_support.sign_in_links import sign_in_link

urlpatterns = [
    path("", views.front, name="front"),
    path("login/", sign_in, name="login"),
    path("login/link/<int:pk>/<str:proof>/", sign_in_link, name="sign_in_link"),
    path("logout/", views.sign_out, name="logout"),
    path("chat/", include("chat.zone.urls")),
    path("tickets/", include("chat.tickets.urls")),
    path("widget/", include("chat.widget.urls")),
    path("history/", history, name="history"),
    path("history/<slug:public_id>/", history_day, name="history_day"),
    path("files/<uuid:public_id>/", download, name="download_file"),
    path("photos/<slug:key>/", photo, name="photo"),
    path("files/<uuid:public_id>/preview/", preview, name="preview_file"),
    path("files/<uuid:public_id>/view/", look_into, name="look_into_file"),
    path("", include("reports.urls")),
    path("", include("sphaera_support.administration.urls")),
    path("api/v1/", include("chat.api.urls")),
    path("help/", help_page, name="help"),
    path("help/<slug:slug>/", help_chapter, name="help_chapter"),
    path("личный-кабинет/", include("sphaera_support.cabinet.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
handler404 = "sphaera_support.views.not_there"
