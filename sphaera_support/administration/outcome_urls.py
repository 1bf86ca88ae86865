"""What conversations come to, in the settings."""

from django.urls import path

from sphaera_support.administration import outcomes

urlpatterns = [
    path("", outcomes.outcomes, name="outcomes"),
    path("add/", outcomes.add_outcome, name="add_outcome"),
    path("<int:pk>/", outcomes.change_outcome, name="change_outcome"),
    path("<int:pk>/move/", outcomes.move_outcome, name="move_outcome"),
    path("<int:pk>/retire/", outcomes.retire_outcome, name="retire_outcome"),
    path("<int:pk>/restore/", outcomes.restore_outcome, name="restore_outcome"),
]
