"""Take the pictures of the help anew: the product with its demo data in a folder that goes again,
two operators' and a customer's screens, each light and dark.

What is older stays unless everything was taken.
"""

import argparse
import io
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image, ImageChops
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect, sync_playwright

from tests.browser.crew import ANTON, ELENA, ILYA, Operator, Person, Visitor
from tests.browser.own_browser import executable, with_settings
from tests.browser.people import sign_in_unseen
from tests.screenshots.shots import CABINET, SETTINGS, STAFF, WINDOW, ZONE, Shot, shown_by
from tests.server import ROOT, LiveServer

FOLDER = ROOT / "static" / "help"
MANIFEST = FOLDER / "manifest.json"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
MOST_BYTES = 2_500_000
QUALITY = 62
CONVERSATIONS = "200"
TIMEOUT_MS = 60_000
MARINA = Person("client1", "Орлова Марина Сергеевна")
SERGEY = Person("client2", "Назаров Сергей Игоревич")
ARGUMENTS = ["--disable-gpu", "--disable-background-networking", "--hide-scrollbars", "--lang=ru"]

Taken = dict[str, dict[str, int | str]]
Pictures = dict[str, bytes]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", help="only these; the others stay as they are")
    wanted = set(parser.parse_args().names)
    expect.set_options(timeout=TIMEOUT_MS)
    camera = Camera(wanted)
    with installation() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            # The shell without windows speaks English alone.
            executable_path=with_settings() or executable(),
            chromium_sandbox=os.geteuid() != 0,
            args=ARGUMENTS,
            env={**os.environ, "LANG": "ru_RU.UTF-8", "LANGUAGE": "ru"},
        )
        walk(camera, browser, server.base_url)
        browser.close()
    size = camera.keep()
    print(f"{len(camera.taken)} pictures, {size / 1e6:.2f} MB.")
    return 0 if size <= MOST_BYTES else 1


@contextmanager
def installation() -> Iterator[LiveServer]:
    with (
        tempfile.TemporaryDirectory(prefix="sphaera-screenshots-") as folder,
        LiveServer(Path(folder), patience=5) as server,
    ):
        server.manage("demo", "--files", "--conversations", CONVERSATIONS)
        yield server


def walk(camera: "Camera", browser: Browser, base_url: str) -> None:
    """Who is in the zone stays there; so the pages of others show them present."""

    def screen(width: int = 1200, height: int = 900) -> Page:
        context = browser.new_context(
            base_url=base_url,
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
        )
        context.set_default_timeout(TIMEOUT_MS)
        return context.new_page()

    ilya = Operator(screen(1440), ILYA).signs_in()
    Operator(screen(), ANTON).signs_in()
    marina, sergey = Visitor(screen(), MARINA).signs_in(), Visitor(screen(), SERGEY).signs_in()
    talk(marina, sergey, ilya)
    camera.takes(ilya.page, ZONE)
    camera.takes(marina.page, WINDOW)
    cabinet = screen()
    sign_in_unseen(cabinet, "/личный-кабинет/", MARINA.login)
    camera.takes(cabinet, CABINET)
    reader = screen()
    sign_in_unseen(reader, "/login/", ILYA.login)
    camera.takes(reader, STAFF)
    administrator = screen()
    sign_in_unseen(administrator, "/login/", ELENA.login)
    camera.takes(administrator, SETTINGS)


def talk(marina: Visitor, sergey: Visitor, ilya: Operator) -> None:
    marina.says("Здравствуйте! После обновления до 4.12 видеосвязь не открывается снаружи.")
    ilya.accepts(marina)
    ilya.says("Здравствуйте, Марина Сергеевна! Какой порт открыт на межсетевом экране?")
    marina.hears("Какой порт открыт")
    marina.says("Вроде бы 3478, как и был. А нужен другой?")
    ilya.hears("А нужен другой?")
    ilya.says("Да, в 4.12 внешние подключения идут через 5349 (TCP). Откройте его и проверьте.")
    marina.hears("Откройте его")
    sergey.says("Добрый день, не приходит письмо для входа")
    expect(ilya.row(sergey, "Ожидают")).to_be_visible()


class Camera:
    """Takes what is wanted, and keeps it once all of it was taken."""

    def __init__(self, wanted: set[str]) -> None:
        self.wanted = wanted
        self.began = time.monotonic()
        self.taken: Taken = {}
        self.pictures: Pictures = {}

    def takes(self, page: Page, shots: tuple[Shot, ...]) -> None:
        for shot in shots:
            if not self.wanted or shot.name in self.wanted:
                print(f"{time.monotonic() - self.began:4.0f} s  {shot.name}", flush=True)
                self._take(page, shot)

    def _take(self, page: Page, shot: Shot) -> None:
        if shot.address:
            page.goto(shot.address)
        for pressed in shot.presses:
            page.locator(pressed).locator("visible=true").first.click()
        part = page.locator(shot.part).locator("visible=true").first
        expect(part).to_be_visible()
        page.wait_for_load_state("networkidle")
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            png = page.screenshot(clip=_clip(part, shot))
            self._keep_in_mind(shot, theme, Image.open(io.BytesIO(png)).convert("RGB"))
        if shot.presses and not shot.address:
            page.keyboard.press("Escape")

    def _keep_in_mind(self, shot: Shot, theme: str, image: Image.Image) -> None:
        """Both themes are of one size: that of the first, without what is empty below."""
        taken = self.taken.setdefault(shot.name, {"shows": shown_by(shot)})
        height = int(taken.setdefault("height", _filled(image)))
        taken["width"] = image.width
        target = io.BytesIO()
        image.crop((0, 0, image.width, height)).save(target, "WEBP", quality=QUALITY, method=6)
        self.pictures[f"{shot.name}-{theme}.webp"] = target.getvalue()

    def keep(self) -> int:
        """What is not taken any more goes; the bytes of all pictures."""
        FOLDER.mkdir(exist_ok=True)
        kept: Taken = json.loads(MANIFEST.read_text()) if self.wanted else {}
        kept |= self.taken
        for name, content in self.pictures.items():
            (FOLDER / name).write_bytes(content)
        MANIFEST.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
        files = list(FOLDER.glob("*.webp"))
        for file in files:
            if re.sub(r"-(light|dark)\.webp$", "", file.name) not in kept:
                file.unlink()
        return sum(file.stat().st_size for file in FOLDER.glob("*.webp"))


def _filled(image: Image.Image) -> int:
    """How high it is down to the last that stands out from its lowest row."""
    lowest = image.crop((0, image.height - 1, image.width, image.height))
    box = ImageChops.difference(image, lowest.resize(image.size)).getbbox()
    return min(image.height, box[3] + 20) if box else image.height


def _clip(part: Locator, shot: Shot) -> FloatRect:
    box = part.bounding_box()
    assert box
    return {**box, "height": min(box["height"], shot.height)}


if __name__ == "__main__":
    sys.exit(main())
