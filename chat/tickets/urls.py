from django.urls import path

from chat.tickets import incidents, pages, saved_views

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
    path("views/", saved_views.saved_views, name="saved_views"),
    path("views/save/", saved_views.save_view, name="save_view"),
    path("views/<int:key>/rename/", saved_views.rename_view, name="rename_view"),
    path("views/<int:key>/move/", saved_views.move_view, name="move_view"),
    path("views/<int:key>/delete/", saved_views.delete_view, name="delete_view"),
    path("<slug:shown>/", pages.ticket, name="ticket"),
    path("<slug:shown>/change/", pages.change_ticket, name="change_ticket"),
    path("<slug:shown>/move/", pages.move_ticket, name="move_ticket"),
    path("<slug:shown>/say/", pages.say_on_ticket, name="say_on_ticket"),
    path("<slug:shown>/incident/", pages.place_ticket, name="place_ticket"),
]
