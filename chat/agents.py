"""The browser, the system and the device, as far as the header of a browser names them.

What it does not name is not guessed: what browsers leave in it whatever the machine (Windows 10,
macOS 10.15.7, Android 10) says nothing of the version.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

import user_agents
from django.utils.translation import gettext as _

LONGEST = 512  # characters that are looked at: a long header takes the patterns a second
LONGEST_SHOWN = 120  # of one that nobody knows

_OTHER = "Other"
# Of systems that the library takes for any Linux.
_SYSTEMS = (
    (
        "Astra Linux",
        re.compile(r"\bAstra ?Linux\b(?:(?: SE| CE)?[ /]v?(\d[\d.]*))?", re.IGNORECASE),
    ),
    ("ALT Linux", re.compile(r"\bALT ?Linux\b(?:[ /]v?(\d[\d.]*))?", re.IGNORECASE)),
    ("РЕД ОС", re.compile(r"\bRED ?OS\b(?:[ /]v?(\d[\d.]*))?", re.IGNORECASE)),
)
_GOST = re.compile(r"\bChromium-?GOST(?:/(\d+))?", re.IGNORECASE)
_BROWSERS = {"Yandex Browser": "Яндекс Браузер", "Mobile Safari": "Safari"}
_FROZEN_ANDROID = re.compile(r"\bAndroid 10; K\)")
_FROZEN_MAC = re.compile(r"\bMac OS X 10[_.]15[_.]7\b|\bIntel Mac OS X 10\.15\b")
# Since then Safari tells this one for whatever is newer.
_FROZEN_IOS = ("18", "26")  # the system's version and the browser's


class Agent(NamedTuple):
    """Each empty where it is not known."""

    browser: str
    system: str
    device: str


def agent_of(header: str) -> Agent:
    """What is known by the header; of one that is not known, the header itself, cut."""
    return _known(header[:LONGEST].strip())


@lru_cache(maxsize=4096)
def _known(header: str) -> Agent:
    if not header:
        return Agent("", "", "")
    parsed = user_agents.parse(header)
    return Agent(
        _browser(header, parsed) or header[:LONGEST_SHOWN],
        _system(header, parsed),
        _device(header, parsed),
    )


def _browser(header: str, parsed: Any) -> str:
    if gost := _GOST.search(header):
        return _with_version("Chromium-Gost", gost[1])
    family: str = parsed.browser.family
    if family == _OTHER:
        return ""
    # Yandex counts by year and month.
    parts = 2 if family == "Yandex Browser" else 1
    return _with_version(_BROWSERS.get(family, family), _first(parsed.browser.version, parts))


def _system(header: str, parsed: Any) -> str:
    for name, pattern in _SYSTEMS:
        if found := pattern.search(header):
            return _with_version(name, found[1])
    family: str = parsed.os.family
    version = _first(parsed.os.version, 1)
    match family:
        case "Other":
            return ""
        case "Windows" if version == "10":
            return _("Windows 10 или 11")
        case "Windows":
            return _with_version(family, parsed.os.version_string)
        case "Mac OS X":
            return "macOS" if _FROZEN_MAC.search(header) else _with_version("macOS", version)
        case "Android" if _FROZEN_ANDROID.search(header):
            return family
        case "iOS" if (version, _first(parsed.browser.version, 1)) >= _FROZEN_IOS:
            return family
    return _with_version(family, version if version.isdigit() else "")


def _device(header: str, parsed: Any) -> str:
    kinds = (
        (parsed.is_bot, _("Робот")),
        (parsed.is_tablet, _("Планшет")),
        (parsed.is_mobile, _("Телефон")),
        (parsed.is_pc or "(X11;" in header, _("Компьютер")),
    )
    kind: str = next((words for is_one, words in kinds if is_one), "")
    brand, model = parsed.device.brand or "", parsed.device.model or ""
    if not (parsed.is_tablet or parsed.is_mobile) or "Generic" in brand or model in ("", "K"):
        return kind
    name = model if model.startswith(brand) or model in ("iPhone", "iPad") else f"{brand} {model}"
    return f"{kind}, {name}"


def _first(version: tuple[Any, ...], parts: int) -> str:
    return ".".join(str(part) for part in version[:parts])


def _with_version(name: str, version: str | None) -> str:
    return f"{name} {version}" if version else name
