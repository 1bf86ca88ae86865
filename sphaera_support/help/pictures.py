"""Pictures of the product's own screens, light and dark, as `make screenshots` took them."""

import json
from functools import cache
from typing import TypedDict

from django.conf import settings

FOLDER = settings.BASE_DIR / "static" / "help"
MANIFEST = FOLDER / "manifest.json"
THEMES = ("light", "dark")


class Taken(TypedDict):
    width: int
    height: int
    # Of the templates that it shows, when it was taken.
    shows: str


@cache
def taken() -> dict[str, Taken]:
    found: dict[str, Taken] = json.loads(MANIFEST.read_text()) if MANIFEST.exists() else {}
    return found


def file_of(name: str, theme: str) -> str:
    return f"help/{name}-{theme}.webp"
