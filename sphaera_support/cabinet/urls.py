from django.urls import path

from sphaera_support.cabinet import views

urlpatterns = [
    path("", views.cabinet, name="cabinet"),
    path("token/", views.token, name="cabinet_token"),
    path("выйти/", views.sign_out, name="cabinet_sign_out"),
]
