"""What the environment says. What in it cannot be ends the process with one sentence and code 1.

Empty is unset. The settings read it, so this holds for every way in: manage.py, Celery, a shell.
Addresses that hold passwords are never repeated.
"""

import os
import re
import secrets
import warnings
from contextlib import suppress
from email.utils import getaddresses
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NoReturn
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from operators.addresses import Network, parse_network

MAIL_TIMEOUT = 10  # seconds in which a mail server answers, while somebody waits
LEAST_KEY = 50  # characters; Django's own measure, and of at least five different ones

_FLAGS = {"true": True, "yes": True, "on": True, "1": True} | {
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*")


def refuse(what: str) -> NoReturn:
    """No exception for others to catch: the process ends, with no traceback."""
    raise SystemExit(what)


def text(name: str, default: str = "") -> str:
    value = os.environ.get(name, "").strip() or default
    if not value.isprintable():
        refuse(f"{name} is not text.")
    return value


def number(name: str, default: int, *, most: int) -> int:
    value = text(name, str(default))
    if not re.fullmatch("[0-9]{1,9}", value) or not 1 <= int(value) <= most:
        refuse(f"{name}: {value!r} is not a whole number from 1 to {most}.")
    return int(value)


def flag(name: str) -> bool:
    value = text(name, "false")
    if value.lower() not in _FLAGS:
        refuse(f"{name}: {value!r} is neither true nor false.")
    return _FLAGS[value.lower()]


def level(name: str, default: str) -> str:
    value = text(name, default).upper()
    if value not in _LEVELS:
        refuse(f"{name}: {value!r} is none of {', '.join(_LEVELS)}.")
    return value


def origins(name: str) -> list[str]:
    """As browsers send them: in small letters, without a port that goes without saying."""
    return [_origin(name, value) for value in _parts(name)]


def host_of(origin: str) -> str:
    """In brackets where it is an IPv6 address, as it stands in the Host header."""
    return origin.partition("://")[2].removesuffix(f":{urlsplit(origin).port}")


def networks(name: str) -> list[Network]:
    found = {value: parse_network(value) for value in _parts(name)}
    for value, network in found.items():
        if network is None:
            refuse(f"{name}: {value!r} is not an address or network like 10.0.0.5 or 10.0.0.0/24.")
    return [network for network in found.values() if network is not None]


def folder(name: str, default: str, *within: str) -> Path:
    """The folder that a variable names, or one within it."""
    path = Path(text(name, default)).absolute().joinpath(*within)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        refuse(f"{name}: {path} cannot be used: {error.strerror}.")
    return path


def peer(name: str) -> str:
    """A socket's path, or host:port; empty for none."""
    value = text(name)
    if value and not re.fullmatch(r"/\S+|(\[[0-9a-fA-F:]+\]|[\w.-]+):[0-9]{1,5}", value):
        refuse(f"{name}: {value!r} is neither host:port nor the path of a socket.")
    return value


def services(database: str, redis: str) -> tuple[dict[str, Any], str]:
    """Django's database and Redis' address; both empty for the embedded way."""
    urls = text(database), text(redis)
    if bool(urls[0]) != bool(urls[1]):
        refuse(f"{database} and {redis} go together: set both (PostgreSQL and Redis) or neither.")
    return (_postgresql(database, urls[0]), _redis(redis, urls[1])) if urls[0] else ({}, "")


def mail(server: str, sender: str) -> dict[str, Any]:
    """Django's settings for sending; empty where nothing is sent."""
    address, by = text(server), text(sender)
    if bool(address) != bool(by):
        refuse(f"{server} and {sender} go together: the mail server and whose letters they are.")
    if not address:
        return {}
    if not _is_mailbox(by):
        refuse(f"{sender}: {by!r} is not an address like support@example.ru")
    return {**_smtp(server, address), "DEFAULT_FROM_EMAIL": by, "EMAIL_TIMEOUT": MAIL_TIMEOUT}


def key(name: str, path: Path) -> str:
    """The one given, else that of this installation, made where there is none."""
    if given := text(name):
        return _strong(name, given)
    try:
        if not path.exists():
            _make_key(path)
        kept = path.read_text("utf-8").strip()
    except OSError as error:
        refuse(f"{path} cannot be used: {error.strerror}.")
    except ValueError:
        kept = ""
    return _strong(str(path), kept)


def _strong(where: str, value: str) -> str:
    if len(value) < LEAST_KEY or len(set(value)) < 5 or not value.isprintable():
        refuse(
            f"{where}: no key of at least {LEAST_KEY} random characters. Restore it from a backup;"
            " a new one signs everybody out and voids links to files."
        )
    return value


def _make_key(path: Path) -> None:
    """There whole or not at all, whatever happens meanwhile."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=f"{path.name}.") as file:
        file.write(secrets.token_urlsafe(64))
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(file.name)


def _parts(name: str) -> list[str]:
    return [part.strip() for part in text(name).split(",") if part.strip()]


def _origin(name: str, value: str) -> str:
    try:
        parts = urlsplit(value.lower())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    is_whole = parts.scheme in _DEFAULT_PORTS and not (parts.path.strip("/") or parts.query)
    if not is_whole or "@" in parts.netloc or parts.fragment or not _HOST_NAME.fullmatch(host):
        refuse(f"{name}: {value!r} is not an origin like https://support.example.ru")
    host = f"[{host}]" if ":" in host else host
    is_usual = port in (None, _DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" + ("" if is_usual else f":{port}")


def _postgresql(name: str, url: str) -> dict[str, Any]:
    try:
        with warnings.catch_warnings(action="ignore"):
            found = environ.Env.db_url_config(url)
    except ValueError:
        found = {}
    if found.get("ENGINE") != "django.db.backends.postgresql" or not found["NAME"]:
        refuse(f"{name} is not an address like postgres://user:password@host/name")
    return dict(found)


def _smtp(name: str, url: str) -> dict[str, Any]:
    """No other kind: those for trying things out write letters, links included, into the log."""
    try:
        found = environ.Env.email_url_config(url)
        is_whole = bool(found["EMAIL_HOST"]) and not urlsplit(url).path and "?" not in url
    except (ValueError, ImproperlyConfigured):
        found, is_whole = {}, False
    scheme = url.partition("://")[0].lower()
    if scheme not in _SMTP_PORTS or not is_whole:
        refuse(f"{name} is not an address like smtp+tls://user:password@host:587")
    return {
        **found,
        "EMAIL_PORT": found["EMAIL_PORT"] or _SMTP_PORTS[scheme],
        "EMAIL_HOST_USER": found["EMAIL_HOST_USER"] or "",
        "EMAIL_HOST_PASSWORD": found["EMAIL_HOST_PASSWORD"] or "",
    }


def _is_mailbox(text: str) -> bool:
    """«support@example.ru», «Поддержка <support@example.ru>»."""
    addresses = [address for _name, address in getaddresses([text])]
    with suppress(ValidationError):
        for address in addresses:
            validate_email(address)
        return len(addresses) == 1
    return False


def _redis(name: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        is_whole = parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        parts, is_whole = urlsplit(""), False
    database = parts.path.removeprefix("/")
    is_redis = parts.scheme in ("redis", "rediss")
    if not (is_redis and is_whole and (database.isdigit() or not database)):
        refuse(f"{name} is not an address like redis://host/0")
    return url
