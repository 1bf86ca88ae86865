from django.urls import path

from chat.zone import views

urlpatterns = [
    path("", views.zone, name="zone"),
    path("files/", views.upload_file, name="upload_file"),
    path("<slug:public_id>/", views.conversation, name="zone_conversation"),
    path("<slug:public_id>/close/", views.close_conversation, name="close_conversation"),
]
