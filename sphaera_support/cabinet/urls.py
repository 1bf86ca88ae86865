from django.urls import path

from sphaera_support.cabinet import personal, tickets, views

urlpatterns = [
    path("", views.cabinet, name="cabinet"),
    path("token/", views.token, name="cabinet_token"),
    path("заявки/", tickets.tickets, name="cabinet_tickets"),
    path("заявки/<slug:shown>/", tickets.ticket, name="cabinet_ticket"),
    path("мои-данные/", personal.my_data, name="cabinet_data"),
    path("мои-данные/согласие/", personal.withdraw, name="cabinet_withdraw_consent"),
    path("мои-данные/скачать/", personal.ask_for_archive, name="cabinet_ask_for_archive"),
    path("мои-данные/скачать/сейчас/", personal.archive_state, name="cabinet_archive_state"),
    path("мои-данные/архив/<slug:public_id>/", personal.archive, name="cabinet_archive"),
    path("мои-данные/запрос/<slug:kind>/", personal.ask, name="cabinet_data_request"),
    path(
        "мои-данные/запросы/<int:pk>/отозвать/",
        personal.withdraw_request,
        name="cabinet_withdraw_request",
    ),
    path("выйти/", views.sign_out, name="cabinet_sign_out"),
]
