"""Automatic actions in the settings."""

from django.urls import path

from sphaera_support.administration import automatic

urlpatterns = [
    path("", automatic.automatic_rules, name="automatic_rules"),
    path("add/", automatic.add_automatic_rule, name="add_automatic_rule"),
    path("check/", automatic.try_automatic_rules, name="try_automatic_rules"),
    path("<int:pk>/", automatic.change_automatic_rule, name="change_automatic_rule"),
    path("<int:pk>/move/", automatic.move_automatic_rule, name="move_automatic_rule"),
    path("<int:pk>/switch/", automatic.switch_automatic_rule, name="switch_automatic_rule"),
    path("<int:pk>/delete/", automatic.delete_automatic_rule, name="delete_automatic_rule"),
]
