"""Settings that cannot work are refused before anything starts."""

import os
import subprocess
import sys

import pytest

from tests.server import OWN_VARIABLES, ROOT

POSTGRES, REDIS = "postgres://support@localhost/support", "redis://localhost:6379/0"


@pytest.fixture
def check(tmp_path):
    """What `manage.py check` says under these settings: (is it content, its words)."""

    def run(*arguments, **environment):
        kept = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
        own = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sphaera_support.settings"}
        done = subprocess.run(
            [sys.executable, "manage.py", "check", *arguments],
            cwd=ROOT,
            env=kept | own | environment,
            capture_output=True,
            text=True,
        )
        return done.returncode == 0, done.stdout + done.stderr

    return run


def test_it_runs_out_of_the_box(check):
    assert check()[0]


def test_it_runs_with_postgresql_and_redis(check):
    assert check(DATABASE_URL=POSTGRES, REDIS_URL=REDIS)[0]


@pytest.mark.parametrize("half", [{"DATABASE_URL": POSTGRES}, {"REDIS_URL": REDIS}])
def test_one_url_without_the_other_is_refused(check, half):
    is_content, words = check(**half)
    assert not is_content
    assert "sphaera_support.E001" in words


def test_another_database_is_refused(check):
    is_content, words = check(DATABASE_URL="sqlite:///data.sqlite3", REDIS_URL=REDIS)
    assert not is_content
    assert "sphaera_support.E002" in words


@pytest.mark.parametrize(
    "url", ["support.example.ru", "https://support.example.ru/chat", "ftp://support.example.ru"]
)
def test_a_public_url_that_is_no_origin_is_refused(check, url):
    is_content, words = check(PUBLIC_URL=url)
    assert not is_content
    assert "sphaera_support.E003" in words


def test_several_origins_are_accepted(check):
    assert check(PUBLIC_URL="https://support.example.ru,https://help.example.ru:8443/")[0]


def test_a_production_has_nothing_to_warn_of(check):
    is_content, words = check(
        *("--deploy", "--fail-level", "WARNING"),
        SECRET_KEY="examined-by-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
        PUBLIC_URL="https://support.example.ru",
        TRUSTED_PROXIES="127.0.0.1/32",
        DATABASE_URL=POSTGRES,
        REDIS_URL=REDIS,
    )
    assert is_content, words


def test_the_key_is_made_once_and_kept_to_itself(check, tmp_path):
    check()
    key = tmp_path / "secret_key"
    first = key.read_text()
    check()
    assert (key.read_text(), key.stat().st_mode & 0o077) == (first, 0)
    assert len(first) > 50
