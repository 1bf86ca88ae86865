from django.urls import path

from sphaera_support.cabinet import tickets, views

urlpatterns = [
    path("", views.cabinet, name="cabinet"),
    path("token/", views.token, name="cabinet_token"),
    path("заявки/", tickets.tickets, name="cabinet_tickets"),
    path("заявки/<slug:shown>/", tickets.ticket, name="cabinet_ticket"),
    path("выйти/", views.sign_out, name="cabinet_sign_out"),
]
