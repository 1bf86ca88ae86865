from django.urls import path

from chat.widget import views

urlpatterns = [
    path("loader.js", views.loader, name="widget_loader"),
    path("<str:key>/", views.shell, name="widget_shell"),
    path("<str:key>/window/", views.window, name="widget_window"),
    path("<str:key>/files/", views.upload, name="widget_upload"),
]
