from django.urls import path

from chat.widget import views

urlpatterns = [
    path("loader.js", views.loader, name="widget_loader"),
    path("<slug:key>/", views.shell, name="widget_shell"),
    path("<slug:key>/window/", views.window, name="widget_window"),
    path("<slug:key>/files/", views.upload, name="widget_upload"),
    path("<slug:key>/files/<uuid:public_id>/", views.file_link, name="widget_file_link"),
]
