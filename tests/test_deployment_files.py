"""The files an installation is set up from agree with the product and with each other."""

import re
from typing import Any

import pytest
import yaml

from tests.server import ROOT

SETTINGS = (ROOT / "sphaera_support" / "settings.py").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()
OURS = {"prepare", "web", "worker", "beat"}


@pytest.fixture
def compose() -> Any:
    return yaml.safe_load(COMPOSE)


def explained() -> set[str]:
    return set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))


def test_the_example_explains_every_setting():
    assert set(re.findall(r'env\.\w+\(\s*"(\w+)"', SETTINGS)) - explained() == set()


def test_the_example_explains_everything_compose_asks_for():
    assert set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE)) - explained() == set()


def test_the_example_explains_nothing_that_does_not_exist():
    assert {name for name in explained() if name not in SETTINGS + COMPOSE} == set()


def test_compose_gives_the_same_settings_to_all_our_processes(compose):
    environments = [compose["services"][name]["environment"] for name in OURS]
    assert all(environment == environments[0] for environment in environments)


def test_compose_passes_on_only_settings_that_exist(compose):
    assert {
        name for name in compose["services"]["web"]["environment"] if name not in SETTINGS
    } == set()


def test_compose_waits_for_the_schema_before_anything_serves(compose):
    for name in OURS - {"prepare"}:
        waits_for = compose["services"][name]["depends_on"]
        assert waits_for["prepare"]["condition"] == "service_completed_successfully"


def test_only_the_proxy_is_reachable_and_only_it_is_believed(compose):
    services = compose["services"]
    assert [name for name in services if "ports" in services[name]] == ["proxy"]
    address = services["proxy"]["networks"]["default"]["ipv4_address"]
    assert services["web"]["environment"]["TRUSTED_PROXIES"] == f"{address}/32"


def test_compose_uses_volumes_and_configs_that_it_defines(compose):
    mounted = {
        mount.partition(":")[0]
        for service in compose["services"].values()
        for mount in service.get("volumes", [])
    }
    assert mounted == set(compose["volumes"])
    assert {config["source"] for config in compose["services"]["proxy"]["configs"]} == {"nginx"}


def test_the_proxy_drops_what_clients_say_of_themselves(compose):
    nginx = compose["configs"]["nginx"]["content"].replace("$$", "$")
    for line in (
        "proxy_set_header X-Forwarded-For $remote_addr;",
        'proxy_set_header Daphne-Root-Path "";',
        'proxy_set_header Forwarded "";',
    ):
        assert line in nginx


def test_the_proxy_lets_the_largest_file_through(compose):
    nginx = compose["configs"]["nginx"]["content"]
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", nginx)
    (limit,) = re.findall(r"MAX_FILE_SIZE = (\d+) \* 1024 \* 1024", SETTINGS)
    assert int(limit) < int(megabytes) <= int(limit) + 10


def test_the_image_holds_every_folder_of_the_product():
    copied = set(re.findall(r"^COPY (\w+) \1$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps | {"locale", "static", "templates"} == copied


def test_locks_name_no_host():
    for lock in (ROOT / "requirements").glob("*"):
        assert "://" not in lock.read_text(), lock.name
