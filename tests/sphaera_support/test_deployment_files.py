"""The files an installation is set up from agree with the product and with each other."""

import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.server import OWN_VARIABLES, ROOT

SETTINGS = (ROOT / "sphaera_support" / "settings.py").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()
LEFT_OUT = (ROOT / ".dockerignore").read_text().split()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
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
    (limit,) = re.findall(r"STAFF_FILE_SIZE = (\d+) \* 1024 \* 1024", SETTINGS)
    assert int(limit) < int(megabytes) <= int(limit) + 10


def is_left_out(path: Path, pattern: str) -> bool:
    anywhere, name = pattern.startswith("**/"), pattern.removeprefix("**/")
    return fnmatch(path.name if anywhere else str(path), name)


def reaches_docker(path: Path) -> bool:
    """Whether .dockerignore names neither the file nor a folder of it."""
    steps = (path, *path.parents)
    return not any(is_left_out(step, pattern) for step in steps for pattern in LEFT_OUT)


COPIED = [
    source
    for sources in re.findall(r"^COPY (?!--)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    for source in sources.split()
]


@pytest.mark.parametrize("source", COPIED)
def test_the_image_copies_only_what_is_there(source):
    found = [ROOT / source, *(ROOT / source).rglob("*")]
    files = [path.relative_to(ROOT) for path in found if path.is_file()]
    assert any(reaches_docker(path) for path in files)


def test_the_image_holds_every_folder_of_the_product():
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert apps | {"static", "templates"} == {name for name in COPIED if (ROOT / name).is_dir()}


@pytest.mark.parametrize(
    "secret", [".env", ".git/config", "var/secret_key", "chat/__pycache__/hub.pyc", ".venv/bin/uv"]
)
def test_what_is_of_this_machine_does_not_reach_the_image(secret):
    assert not reaches_docker(Path(secret))


# Defaults


SAY_SETTINGS = """
from sphaera_support import settings as s
for name in "HOST PORT DATA_DIR DATABASE_THREADS SOCKETS_PER_ADDRESS DEBUG".split():
    print(name, getattr(s, name))
print("LOG_LEVEL", s.LOGGING["root"]["level"])
"""


@pytest.fixture(scope="module")
def defaults(tmp_path_factory) -> Any:
    """What the settings make of an empty environment, under these names."""

    def read(**environment: str) -> dict[str, str]:
        bare = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
        done = subprocess.run(
            [sys.executable, "-c", SAY_SETTINGS],
            cwd=tmp_path_factory.mktemp("default"),
            env=bare | {"PYTHONPATH": str(ROOT)} | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        said = dict(line.split() for line in done.stdout.splitlines())
        return said | {"DATA_DIR": Path(said["DATA_DIR"]).name, "DEBUG": said["DEBUG"].lower()}

    return read


CLUSTER = {"DATABASE_URL": "postgres://support@localhost/support", "REDIS_URL": "redis://localhost"}


def documented() -> dict[str, str]:
    """Names and defaults of the table in docs/operations.md."""
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|([^|]*)\|", OPERATIONS, re.MULTILINE)
    return {
        name.strip("` "): default.strip("` ")
        for names, values in rows
        for name, default in zip(names.split(","), values.split(","), strict=False)
    }


def test_the_example_and_the_documentation_name_the_defaults(defaults):
    true = defaults(**CLUSTER)
    example = dict(re.findall(r"^(\w+)=(.+)$", EXAMPLE, re.MULTILINE))
    compose = dict(re.findall(r"\$\{(\w+):-(\w+)\}", COMPOSE))
    assert {name: example[name] for name in true} == true
    assert {name: documented()[name] for name in true} == true
    assert true | compose == compose | true


def test_the_threads_of_the_embedded_way_are_documented(defaults):
    (threads,) = re.findall(r"\b(\d+) when embedded", OPERATIONS)
    assert threads == defaults()["DATABASE_THREADS"]


def test_the_documentation_explains_every_setting():
    only_for_compose = {"POSTGRES_PASSWORD", "HTTP_ADDRESS", "HTTP_PORT", "PUBLIC_SCHEME"}
    assert explained() - only_for_compose == documented().keys()


def test_locks_name_no_host():
    for lock in (ROOT / "requirements").glob("*"):
        assert "://" not in lock.read_text(), lock.name
