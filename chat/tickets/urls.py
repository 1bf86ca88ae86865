from django.urls import path

from chat.tickets import incidents, pages

urlpatterns = [
    path("", pages.tickets, name="tickets"),
    path("change/", pages.change_tickets, name="change_tickets"),
    path("incidents/", incidents.incidents, name="incidents"),
    path("incidents/new/", incidents.declare, name="declare_incident"),
    path("incidents/<int:key>/", incidents.incident, name="incident"),
    path("incidents/<int:key>/change/", incidents.change_incident, name="change_incident"),
    path("incidents/<int:key>/say/", incidents.say_of_incident, name="say_of_incident"),
    path("incidents/<int:key>/solve/", incidents.solve_incident, name="solve_incident"),
    path("incidents/<int:key>/tickets/", incidents.put_tickets_under, name="put_tickets_under"),
    path("<slug:shown>/", pages.ticket, name="ticket"),
    path("<slug:shown>/change/", pages.change_ticket, name="change_ticket"),
    path("<slug:shown>/move/", pages.move_ticket, name="move_ticket"),
    path("<slug:shown>/say/", pages.say_on_ticket, name="say_on_ticket"),
    path("<slug:shown>/incident/", pages.place_ticket, name="place_ticket"),
]
