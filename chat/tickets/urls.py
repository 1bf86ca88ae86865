from django.urls import path

from chat.tickets import pages

urlpatterns = [
    path("", pages.tickets, name="tickets"),
    path("change/", pages.change_tickets, name="change_tickets"),
    path("<slug:shown>/", pages.ticket, name="ticket"),
    path("<slug:shown>/change/", pages.change_ticket, name="change_ticket"),
    path("<slug:shown>/move/", pages.move_ticket, name="move_ticket"),
    path("<slug:shown>/say/", pages.say_on_ticket, name="say_on_ticket"),
]
