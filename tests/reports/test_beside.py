"""Pages of reports made by a process beside the server's."""

import asyncio
import os
import re
import signal
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from django.core.exceptions import PermissionDenied

from reports.beside import Asked, PageMaker, asked_of, make_page
from tests.cast import browser_of
from tests.faults.signin import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

VIEW = "reports.pages.conversations.conversations"
PAGE = "/reports/conversations/?period=quarter"


def asked_by(browser, *, path=PAGE, view=VIEW):
    return asked_of(view, browser.get(path).wsgi_request, {})


def without_proof(page):
    return re.sub(r"\b\w{64}\b", "", page.decode())


@pytest.mark.usefixtures("dialogue")
def test_it_is_the_same_page(elena):
    browser = browser_of(elena)
    made = make_page(asked_by(browser))
    assert made.status == 200
    assert without_proof(made.body) == without_proof(browser.get(PAGE).content)


def test_its_refusals_are_the_same(elena):
    made = make_page(asked_by(browser_of(elena), path=f"{PAGE}&from=0001-01-01&to=0001-01-02"))
    assert made.status == 422
    assert "Дата вне календаря отчётов" in made.body.decode()


def test_who_may_read_it_is_judged_there_too(ilya, elena):
    with pytest.raises(PermissionDenied):
        make_page(asked_by(browser_of(ilya), path="/reports/mine/"))
    asked = asked_by(browser_of(elena))
    asked.environ["HTTP_COOKIE"] = "sessionid=" + "x" * 32
    assert make_page(asked).status == 302


@pytest.mark.parametrize("command", ["import sys", "import sys; sys.stdin.read()", "print('page')"])
def test_a_process_that_makes_nothing_is_nobody_s_trouble(command):
    maker = PageMaker([sys.executable, "-c", command], longest=0.1)
    assert [maker.make(Asked(VIEW, {}, {})) for _time in range(5)] == [None] * 5
    maker.stop()


def makers_of(server):
    """Processes of the server that make its reports."""
    threads = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    children = {pid for thread in threads for pid in thread.read_text().split()}
    return [
        int(pid) for pid in children if b"make_reports" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def said_by(pid):
    """How many bytes."""
    return int(re.findall(r"wchar: (\d+)", Path(f"/proc/{pid}/io").read_text())[0])


def test_the_server_goes_on_whatever_becomes_of_it(live_server_factory):
    server = live_server_factory()
    cookie = {"Cookie": asyncio.run(sign_in(server.base_url, "admin"))}

    def read():
        with urlopen(Request(server.base_url + PAGE, headers=cookie), timeout=30) as answer:
            return without_proof(answer.read())

    first = read()
    (maker,) = makers_of(server)
    while said_by(maker) < len(first):
        assert read() == first
    os.kill(maker, signal.SIGKILL)
    assert [read(), read()] == [first, first]
    (another,) = makers_of(server)
    assert another != maker
    server.kill()
    ends = time.monotonic() + 30
    while Path(f"/proc/{another}").exists() and time.monotonic() < ends:
        time.sleep(0.05)
    assert not Path(f"/proc/{another}").exists()
    assert server.tracebacks == []
