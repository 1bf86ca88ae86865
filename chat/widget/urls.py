from django.urls import path

from chat.widget.views import (
    avatar,
    begin_upload,
    earlier_messages,
    file_link,
    frame_blocked,
    loader,
    mail_transcript,
    shell,
    transcript,
    upload,
    upload_piece,
    window,
)

urlpatterns = [
    path("loader.js", loader, name="widget_loader"),
    path("<slug:key>/", shell, name="widget_shell"),
    path("<slug:key>/blocked.js", frame_blocked, name="widget_blocked"),
    path("<slug:key>/avatar/<slug:name>/", avatar, name="widget_avatar"),
    path("<slug:key>/window/", window, name="widget_window"),
    path("<slug:key>/earlier/<slug:public_id>/", earlier_messages, name="widget_earlier"),
    path("<slug:key>/transcript/", transcript, name="widget_transcript"),
    path("<slug:key>/transcript/mail/", mail_transcript, name="widget_mail_transcript"),
    path("<slug:key>/files/", upload, name="widget_upload"),
    path("<slug:key>/uploads/", begin_upload, name="widget_begin_upload"),
    path("<slug:key>/uploads/<uuid:public_id>/", upload_piece, name="widget_piece"),
    path("<slug:key>/files/<uuid:public_id>/", file_link, name="widget_file_link"),
]
