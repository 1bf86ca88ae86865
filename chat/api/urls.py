"""Addresses below /api/v1/, made of the routes."""

import re
from itertools import groupby

from django.urls import path

from chat.api.calls import Route
from chat.api.description import described
from chat.api.endpoint import endpoint
from chat.api.routes import ROUTES


def _place(route: Route) -> tuple[str, str]:
    return re.sub(r"{\w+}", "<str:key>", route.path).removeprefix("/"), route.name


urlpatterns = [
    path("openapi.json", described, name="api_description"),
    *(
        path(place, endpoint(list(routes)), name=name)
        for (place, name), routes in groupby(ROUTES, key=_place)
    ),
]
