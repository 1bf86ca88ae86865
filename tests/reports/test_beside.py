"""Pages of reports made by a process beside the server's."""

import asyncio
import fcntl
import os
import re
import resource
import signal
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from django.core.exceptions import PermissionDenied

from reports.beside import Asked, PageMaker, asked_of, make_page, read_frame, write_frame
from tests.cast import browser_of
from tests.faults.signin import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]

VIEW = "reports.pages.conversations.conversations"
PAGE = "/reports/conversations/?period=quarter"


def asked_by(browser, *, path=PAGE, view=VIEW):
    return asked_of(view, browser.get(path).wsgi_request, {})


def without_proof(page):
    return re.sub(r"\b\w{64}\b", "", page.decode())


PAGES = {
    "reports.pages.conversations.conversations": PAGE,
    "reports.pages.operators.operators": "/reports/operators/",
    "reports.pages.operators.operator": "/reports/operators/{pk}/",
    "reports.pages.operators.own_figures": "/reports/mine/",
    "reports.pages.levels.levels": "/reports/levels/",
}


@pytest.mark.usefixtures("dialogue")
@pytest.mark.parametrize("view", PAGES)
def test_it_is_the_same_page(elena, ilya, view):
    browser, path = browser_of(elena), PAGES[view].format(pk=ilya.pk)
    arguments = {"pk": ilya.pk} if "{pk}" in PAGES[view] else {}
    made = make_page(asked_of(view, browser.get(path).wsgi_request, arguments))
    assert made.status == 200
    assert without_proof(made.body) == without_proof(browser.get(path).content)


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


FAILS = {
    "is gone": "",
    "is gone once it stood": "say(bytes(4))",
    "says nothing any more": "say(bytes(4)); sleep()",
    "says half of it": "say(bytes(4)); sys.stdin.buffer.read(1); say(b'\\0\\0\\1\\0half'); sleep()",
    "says what is no page": "say(bytes(4)); sys.stdin.buffer.read(1); say(b'\\0\\0\\0\\4page')",
    "prints": "print('Hello')",
}


@pytest.mark.parametrize("fails", FAILS)
def test_a_process_that_makes_nothing_is_nobody_s_trouble(fails, tmp_path):
    said = tmp_path / "said"
    code = f"""
import pathlib, sys, time
sleep = lambda: (pathlib.Path({str(said)!r}).touch(), time.sleep(30))
say = lambda what: (sys.stdout.buffer.write(what), sys.stdout.flush(),
    pathlib.Path({str(said)!r}).touch())
{FAILS[fails]}
pathlib.Path({str(said)!r}).touch()
"""
    maker = PageMaker([sys.executable, "-c", code], longest=0.5)
    asked = Asked(VIEW, {}, {})
    assert maker.make(asked) is None
    wait_until(said.exists)
    assert [maker.make(asked), maker.make(asked)] == [None, None]
    maker.stop()


def test_a_wire_may_have_any_number():
    """Windows have the first thousand."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    end, other = os.pipe()
    high = fcntl.fcntl(end, fcntl.F_DUPFD, 1100)
    with os.fdopen(other, "wb") as there, os.fdopen(high, "rb") as here:
        os.close(end)
        write_frame(there, b"page")
        assert read_frame(here, within=10) == b"page"
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def wait_until(is_so):
    ends = time.monotonic() + 60
    while not (found := is_so()):
        assert time.monotonic() < ends
        time.sleep(0.02)
    return found


def maker_of(server):
    """The process of the server that makes its reports. One that has just begun has no name yet,
    and Linux may pass over a child while the list of them changes.
    """

    def makers():
        threads = Path(f"/proc/{server.process.pid}/task").glob("*/children")
        children = {int(pid) for thread in threads for pid in thread.read_text().split()}
        return [pid for pid in children if makes_reports(pid)]

    (maker,) = wait_until(makers)
    return maker


def makes_reports(pid):
    """Not one that has ended and is merely not buried yet."""
    command = Path(f"/proc/{pid}/cmdline")
    return command.exists() and b"make_reports" in command.read_bytes()


def said_by(pid):
    """How many bytes."""
    return int(re.findall(r"wchar: (\d+)", Path(f"/proc/{pid}/io").read_text())[0])


def test_the_server_goes_on_whatever_becomes_of_it(live_server_factory):
    server = live_server_factory()
    cookie = {"Cookie": asyncio.run(sign_in(server.base_url, "admin"))}

    def read():
        with urlopen(Request(server.base_url + PAGE, headers=cookie), timeout=60) as answer:
            return without_proof(answer.read())

    def is_made_beside():
        assert read() == first
        return said_by(maker) > len(first)

    first = read()
    maker = maker_of(server)
    wait_until(is_made_beside)
    os.kill(maker, signal.SIGKILL)
    assert [read(), read()] == [first, first]
    another = maker_of(server)
    assert another != maker
    server.kill()
    wait_until(lambda: not makes_reports(another))
    assert server.tracebacks == []
