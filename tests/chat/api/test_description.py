"""The OpenAPI description is of what there is, and what there is keeps to it."""

import re

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.modes import GenerationMode

from chat.api import urls
from chat.api.routes import ROUTES
from chat.models import ApiToken, Scope
from tests.cast import registers
from tests.chat.api.outside import ROOT, lets_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

EXAMPLES = 6  # of each operation, good ones and bad ones
# What reads well and is refused all the same: a site or a cursor that there is none of, a text in
# which nothing is to be seen.
READS_WELL = ["2xx", "404", "409", "422"]
CONFIG = SchemathesisConfig.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": READS_WELL}}}
)


@pytest.fixture
def described():
    return Client().get(f"{ROOT}/openapi.json", HTTP_HOST="127.0.0.1:8000").json()


def test_every_address_and_method_is_described_and_no_other(described):
    given = {
        (re.sub(r"{\w+}", "<str:key>", path).removeprefix("/"), method)
        for path, methods in described["paths"].items()
        for method in methods
    }
    served = {
        (str(one.pattern), method)
        for one in urls.urlpatterns
        if one.name != "api_description"
        for method in ("get", "post", "put", "patch", "delete")
        if Client().generic(method.upper(), f"{ROOT}/{one.pattern}").status_code != 405
    }
    assert given == served


def test_it_is_built_from_the_routes_alone(described):
    assert described["openapi"] == "3.1.0"
    assert sum(map(len, described["paths"].values())) == len(ROUTES)
    assert set(described["components"]["schemas"]) >= {"Conversation", "Ticket", "Visitor"}


@pytest.fixture
def _connection_of_the_test():
    """Which the end of a request would close, as it does outside of tests."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def written(elena, site, ilya, dialogue, settings, _connection_of_the_test):
    """How schemathesis asks, of whom there is something to be told."""
    settings.ALLOWED_HOSTS = ["localhost"]
    ticket = registers(ilya, dialogue)
    token = lets_in(elena, site, pace=ApiToken.MOST_A_MINUTE)
    keys = {
        "/conversations/{id}": {"id": dialogue.public_id},
        "/tickets/{number}": {"number": ticket.number},
        "/tickets/{number}/entries": {"number": ticket.number},
        "/visitors/{id}": {"id": str(dialogue.visitor_id)},
    }
    return {"Authorization": f"Bearer {token}"}, keys


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_whatever_is_sent_the_answer_is_as_described(written, route):
    headers, keys = written
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", WSGIHandler(), config=CONFIG)
    operation = schema[route.path][route.method]

    def attack(mode, **known):
        @settings(
            max_examples=EXAMPLES,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode, **known))
        def asked(case):
            case.call_and_validate(headers=headers)

        asked()

    attack(GenerationMode.POSITIVE, path_parameters=keys.get(route.path))
    attack(GenerationMode.NEGATIVE)


def test_each_operation_names_the_scope_that_it_needs(described):
    operations = [one for path in described["paths"].values() for one in path.values()]
    told = "".join(one["description"] for one in operations)
    assert {scope for scope in Scope.values if f"`{scope}`" not in told} == {Scope.NOTES}
