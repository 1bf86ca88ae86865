"""Settings that cannot work are refused before anything starts."""

import os
import re
import subprocess
import sys

import pytest

from sphaera_support import environment
from tests.server import OWN_VARIABLES, ROOT

POSTGRES, REDIS = "postgres://support@localhost/support", "redis://localhost:6379/0"


KEY = "examined-by-the-tests-0123456789-abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def say(tmp_path):
    """What a command says under these settings: (its exit code, its words)."""

    def run(*command, **environment):
        kept = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
        own = {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "sphaera_support.settings"}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=kept | own | environment,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def refusal(monkeypatch):
    """The sentence with which the environment's reader ends the process."""

    def read(reader, *arguments, **variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as end:
            reader(*arguments)
        return str(end.value)

    return read


@pytest.fixture
def check(say):
    def run(*arguments, **environment):
        code, words = say("manage.py", "check", *arguments, **environment)
        return code == 0, words

    return run


def is_one_sentence(answer: tuple[int, str], *parts: str) -> bool:
    """Said on one line, and the process ended with 1."""
    code, words = answer
    return code == 1 and words.count("\n") == 1 and all(part in words for part in parts)


def test_it_runs_out_of_the_box(check):
    assert check()[0]


def test_it_runs_with_postgresql_and_redis(check):
    assert check(DATABASE_URL=POSTGRES, REDIS_URL=REDIS)[0]


def test_what_is_empty_is_unset(check):
    names = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert check(**dict.fromkeys(set(names) - {"DATA_DIR"}, ""))[0]


@pytest.mark.parametrize("half", [{"DATABASE_URL": POSTGRES}, {"REDIS_URL": REDIS}])
def test_one_url_without_the_other_is_refused(say, half):
    answer = say("manage.py", "check", **half)
    assert is_one_sentence(answer, "DATABASE_URL and REDIS_URL go together")


@pytest.mark.parametrize(
    "url",
    [
        *("sqlite:///data.sqlite3", "mysql://u:hidden@localhost/support", "support", "postgres:"),
        *("postgres://u:hidden@localho", "postgres://u:hidden@localhost/", "postgres://[::1/x"),
        *("postgres://u:hidden@localhost:54x/support", "postgres://u:hidden@localhost:99999/x"),
    ],
)
def test_what_is_no_database_of_postgresql_is_refused_without_its_password(refusal, url):
    names = {"DATABASE_URL": url, "REDIS_URL": REDIS}
    words = refusal(environment.services, *names, **names)
    assert words == "DATABASE_URL is not an address like postgres://user:password@host/name"


@pytest.mark.parametrize(
    "url",
    [
        *("localhost", "redis:", "redis://", "http://localhost/0", "redis://:hidden@h:x/0"),
        *("redis://h:99999/0", "redis://h/first", "redis://[::1/0"),
    ],
)
def test_what_is_no_redis_is_refused_without_its_password(refusal, url):
    names = {"DATABASE_URL": POSTGRES, "REDIS_URL": url}
    words = refusal(environment.services, *names, **names)
    assert words == "REDIS_URL is not an address like redis://host/0"


@pytest.mark.parametrize(
    "url",
    [
        *("support.example.ru", "https://support.example.ru/chat", "ftp://support.example.ru"),
        *("https:", "https://", "https://[", "https://h:99999", "https://h:x", "https://u@h"),
        *(
            "https://*.example.ru",
            "https://a b",
            "https://h?x",
            "https://h#x",
            "https://поддержка.рф",
        ),
        "https://support.example.ru, https:/",
    ],
)
def test_a_public_url_that_is_no_origin_is_refused(refusal, url):
    assert "is not an origin like" in refusal(environment.origins, "URL", URL=url)


@pytest.mark.parametrize("port", ["80x", "0", "-1", "65536", "8000.0", "９０００", "9" * 5000])
def test_what_is_no_port_is_refused(refusal, port):
    words = refusal(lambda: environment.number("PORT", 8000, most=65535), PORT=port)
    assert "is not a whole number from 1 to 65535" in words


@pytest.mark.parametrize("peer", ["clamd", "h:", ":3310", "h:x", "http://h:3310", "h:3310/x"])
def test_what_is_no_peer_is_refused(refusal, peer):
    assert "is neither host:port nor the path" in refusal(lambda: environment.peer("P"), P=peer)


@pytest.mark.parametrize("proxies", ["nginx", "10.0.0.300", "10.0.0.0/33", "/8", "::1, here"])
def test_what_is_no_network_is_refused(refusal, proxies):
    assert "is not an address or network" in refusal(environment.networks, "P", P=proxies)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("HOST", "\udcff"), ("PORT", "80x"), ("DATA_DIR", "/dev/null")),
        *(("DATABASE_THREADS", "0"), ("SOCKETS_PER_ADDRESS", "1e3"), ("SECRET_KEY", "short")),
        *(("DEBUG", "fales"), ("LOG_LEVEL", "LOUD"), ("TRUSTED_PROXIES", "nginx")),
        *(("PUBLIC_URL", "https:"), ("DATABASE_URL", "postgres://supp")),
    ],
)
def test_each_setting_that_cannot_be_is_named(say, name, value):
    assert is_one_sentence(say("manage.py", "serve", **{name: value}), name)


@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "migrate"),
        ("-m", "celery", "--app", "sphaera_support", "worker"),
        ("-m", "celery", "--app", "sphaera_support", "beat"),
    ],
)
def test_every_way_in_says_the_same(say, command):
    assert is_one_sentence(say(*command, TRUSTED_PROXIES="nginx"), "TRUSTED_PROXIES: 'nginx'")


def told(say, expression, **environment):
    """The settings' own word for it."""
    return say(
        "-c", f"from sphaera_support import settings as s; print({expression})", **environment
    )


def test_origins_are_as_browsers_send_them(say):
    urls = "https://Support.Example.RU:443/, http://help.example.ru:8443/,HTTP://[::1]:80"
    code, words = told(say, "*s.PUBLIC_ORIGINS", PUBLIC_URL=urls)
    found = ["https://support.example.ru", "http://help.example.ru:8443", "http://[::1]"]
    assert (code, words.split()) == (0, found)


def test_names_are_as_browsers_ask_for_them(say):
    urls = "https://support.example.ru,http://help.example.ru:8443,http://[::1]:8000"
    code, words = told(say, "*s.ALLOWED_HOSTS", PUBLIC_URL=urls)
    assert (code, words.split()) == (0, ["[::1]", "help.example.ru", "support.example.ru"])


def test_options_in_the_database_s_address_are_kept(say):
    options = "s.DATABASES['default']['OPTIONS']['sslmode']"
    url = f"{POSTGRES}?sslmode=require"
    assert told(say, options, DATABASE_URL=url, REDIS_URL=REDIS) == (0, "require\n")


def test_a_production_has_nothing_to_warn_of(check):
    is_content, words = check(
        *("--deploy", "--fail-level", "WARNING"),
        SECRET_KEY=KEY,
        PUBLIC_URL="https://support.example.ru",
        TRUSTED_PROXIES="127.0.0.1/32",
        DATABASE_URL=POSTGRES,
        REDIS_URL=REDIS,
    )
    assert is_content, words


# The key


def test_the_key_is_made_once_and_kept_to_itself(check, tmp_path):
    check()
    key = tmp_path / "secret_key"
    first = key.read_text()
    check()
    assert (key.read_text(), key.stat().st_mode & 0o077) == (first, 0)
    assert len(first) > 50
    assert {path.name for path in tmp_path.iterdir()} == {"media", "secret_key"}


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b" " * 80, b"x", b"x" * 80, b"\xff\xfe" * 40, bytes(80), KEY.encode("utf-16")],
    ids=["empty", "line end", "spaces", "letter", "one letter", "no UTF-8", "zeros", "UTF-16"],
)
def test_a_key_that_was_spoiled_is_refused_and_left_as_it_is(refusal, tmp_path, content):
    key = tmp_path / "secret_key"
    key.write_bytes(content)
    words = refusal(environment.key, "NO_SUCH_VARIABLE", key)
    assert words.startswith(f"{key}: no key of at least 50 random characters.")
    assert key.read_bytes() == content


@pytest.mark.parametrize("given", ["short", "a" * 60, "\udcff" * 60])
def test_a_key_that_anybody_guesses_is_refused_and_not_repeated(refusal, tmp_path, given):
    words = refusal(environment.key, "KEY", tmp_path / "secret_key", KEY=given)
    assert words.startswith("KEY")
    assert given not in words


def test_a_key_that_cannot_be_read_is_refused(refusal, tmp_path):
    words = refusal(environment.key, "NO_SUCH_VARIABLE", tmp_path)
    assert words == f"{tmp_path} cannot be used: Is a directory."


def test_a_spoiled_key_ends_the_start_with_one_sentence(say, tmp_path):
    (tmp_path / "secret_key").touch()
    assert is_one_sentence(say("manage.py", "serve"), "secret_key: no key of at least")


def test_a_line_end_after_the_key_is_not_part_of_it(tmp_path):
    (tmp_path / "secret_key").write_text(f"{KEY}\n")
    assert environment.key("NO_SUCH_VARIABLE", tmp_path / "secret_key") == KEY


# Mail


def mail_of(**given):
    return {"EMAIL_URL": "smtp+tls://u:hidden@mail.example.ru", "EMAIL_FROM": "a@b.ru"} | given


def test_mail_goes_by_the_server_that_is_named(monkeypatch):
    for name, value in mail_of().items():
        monkeypatch.setenv(name, value)
    found = environment.mail("EMAIL_URL", "EMAIL_FROM")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == (
        *("mail.example.ru", 587),
        True,
    )
    assert found["DEFAULT_FROM_EMAIL"] == "a@b.ru"
    assert found["EMAIL_TIMEOUT"] <= 10


def test_without_a_server_nothing_is_sent(say):
    assert told(say, "s.SENDS_MAIL") == (0, "False\n")
    assert told(say, "s.SENDS_MAIL, s.EMAIL_HOST", **mail_of()) == (
        0,
        "True mail.example.ru\n",
    )


@pytest.mark.parametrize("missing", ["EMAIL_URL", "EMAIL_FROM"])
def test_a_server_and_a_sender_go_together(refusal, missing):
    words = refusal(environment.mail, "EMAIL_URL", "EMAIL_FROM", **mail_of(**{missing: ""}))
    assert words.startswith("EMAIL_URL and EMAIL_FROM go together")


@pytest.mark.parametrize(
    "url",
    [
        *("mail.example.ru", "smtp://", "smtp:", "http://u:hidden@h", "smtps://u:hidden@h"),
        *("consolemail://", "filemail:///tmp", "smtp://u:hidden@h:99999", "smtp://[::1"),
        *("smtp://u:hidden@h/path", "smtp://u:hidden@h?backend=x"),
    ],
)
def test_what_is_no_mail_server_is_refused_without_its_password(refusal, url):
    words = refusal(environment.mail, "EMAIL_URL", "EMAIL_FROM", **mail_of(EMAIL_URL=url))
    assert words == "EMAIL_URL is not an address like smtp+tls://user:password@host:587"


@pytest.mark.parametrize("sender", ["support", "Поддержка", "a@", "a@b.ru, c@d.ru <x"])
def test_a_sender_without_an_address_is_refused(refusal, sender):
    words = refusal(environment.mail, "EMAIL_URL", "EMAIL_FROM", **mail_of(EMAIL_FROM=sender))
    assert words.startswith("EMAIL_FROM: ")
