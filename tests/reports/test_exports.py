"""Taking out what was found: by whom, of whom, how it is noted, and what becomes of large ones."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from operators.models import Change
from reports.actions import exports as actions
from reports.exports import writer
from reports.exports.models import Export, Format
from reports.exports.sources import sheet_of
from tests.cast import answers, browser_of, staff

pytestmark = pytest.mark.django_db

ASKED = {"q": "оплата"}
URL = "/exports/of/history/?q=оплата"


@pytest.fixture
def said(ilya, dialogue):
    return answers(ilya, dialogue, "Ваша оплата прошла")


@pytest.fixture
def trusted(ilya):
    ilya.may_export = True
    ilya.save()
    return ilya


@pytest.fixture
def large(settings, tmp_path, monkeypatch):
    """One row is already more than is waited for."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(actions, "AT_ONCE", 0)


def taken(account, shape="csv"):
    answer = browser_of(account).post(URL, {"format": shape})
    return answer, answer.getvalue().decode(errors="replace")


def begun(account, shape="csv"):
    answer, _body = taken(account, shape)
    return Export.objects.get(public_id=answer["Location"].split("/")[-2])


def test_what_was_found_is_taken_out_and_noted_with_its_filter(said, trusted):
    answer, body = taken(trusted)
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert "Ваша оплата прошла" in body
    change = Change.objects.get(deed=Change.Deed.EXPORTED)
    assert (change.by, change.after) == (trusted, {"format": "CSV", "filter": "«оплата»"})


@pytest.mark.once
def test_xlsx_is_a_workbook(said, trusted):
    assert taken(trusted, "xlsx")[1].startswith("PK")


def test_nobody_takes_out_what_they_may_not_see(said, first_line, anton):
    anton.may_export = True
    anton.save()
    assert "оплата" not in taken(anton)[1]


def test_reading_is_not_taking_out(said, ilya):
    assert taken(ilya)[0].status_code == 403
    assert "/exports/of/" not in browser_of(ilya).get("/history/", ASKED).content.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("address", "shape", "status"),
    [
        ("/exports/of/history/?q=%D0%BE", "csv", 422),
        ("/exports/of/history/?q=да&since=2026-02-02&until=2026-01-01", "csv", 422),
        ("/exports/of/history/?q=да&operator=777", "csv", 422),
        ("/exports/of/nothing/", "csv", 404),
        ("/exports/of/history/?q=да", "exe", 404),
    ],
)
def test_a_filter_that_finds_nothing_sensible_is_refused_in_words(elena, address, shape, status):
    assert browser_of(elena).post(address, {"format": shape}).status_code == status


@pytest.mark.parametrize("shape", Format.values)
def test_what_is_large_is_written_behind_and_kept_for_a_day(said, trusted, large, shape):
    export = begun(trusted, shape)
    assert browser_of(trusted).get(f"/exports/{export.public_id}/").status_code == 200
    actions.write_next_export(at=timezone.now())
    export.refresh_from_db()
    assert (export.state, export.done) == ("ready", 1)
    answer = browser_of(trusted).get(f"/exports/{export.public_id}/file/")
    assert len(answer.getvalue()) == export.size
    assert actions.forget_exports(at=timezone.now() + timedelta(days=1)) == 1
    gone = browser_of(trusted).get(f"/exports/{export.public_id}/file/")
    assert gone.status_code == 404
    assert "выгрузки хранятся сутки" in gone.content.decode()
    assert list(Path(export.path).parent.iterdir()) == []


@pytest.mark.once
def test_without_workers_a_process_beside_the_server_writes(said, trusted, large):
    writer.write_what_waits()
    assert not writer.is_writing()  # nothing waits
    export = begun(trusted)
    assert actions.is_any_due(at=timezone.now())
    call_command("write_exports")
    export.refresh_from_db()
    assert (export.state, actions.is_any_due(at=timezone.now())) == ("ready", False)


def test_another_s_export_is_not_there(said, trusted, large, elena):
    export = begun(trusted)
    actions.write_next_export(at=timezone.now())
    for part in ("", "file/"):
        assert browser_of(elena).get(f"/exports/{export.public_id}/{part}").status_code == 404
    assert browser_of(elena).post(f"/exports/{export.public_id}/cancel/").status_code == 404


def test_whoever_began_it_is_told_of_it_on_any_page(said, trusted, large):
    browser = browser_of(trusted)
    export = browser.post(URL, {"format": "csv"})["Location"]
    assert "/exports/note/" in browser.get("/tickets/").content.decode()
    actions.write_next_export(at=timezone.now())
    assert "Выгрузка готова" in browser.get("/exports/note/").content.decode()
    browser.get(export)
    assert "/exports/note/" not in browser.get("/tickets/").content.decode()


def test_one_that_is_cancelled_is_not_written(said, trusted, large):
    export = begun(trusted)
    browser_of(trusted).post(f"/exports/{export.public_id}/cancel/")
    assert actions.write_next_export(at=timezone.now()) is None
    assert not Path(export.path).exists()


def test_one_that_is_cancelled_while_it_is_written_leaves_nothing(said, trusted, large):
    export = begun(trusted)
    actions._claim(at=timezone.now())
    actions.cancel_export(export, at=timezone.now())
    actions._write(export, sheet_of("history", trusted, ASKED))
    export.refresh_from_db()
    assert (export.state, list(Path(export.path).parent.iterdir())) == ("cancelled", [])


def test_who_lost_the_right_meanwhile_gets_nothing(said, trusted, large):
    export = begun(trusted)
    trusted.may_export = False
    trusted.save()
    actions.write_next_export(at=timezone.now())
    export.refresh_from_db()
    assert export.state == "failed"


def test_one_whose_writer_died_is_taken_up_again(said, trusted, large):
    export = begun(trusted)
    at = timezone.now()
    assert actions._claim(at=at) == export
    assert actions._claim(at=at) is None
    assert actions._claim(at=at + Export.SILENT_FOR + timedelta(seconds=1)) == export


@pytest.mark.once
def test_the_right_is_given_in_the_account_s_form(elena, first_line):
    account = staff("vera", "Вера")
    form = {"name": "Вера", "login": "vera", "role": "operator", "may_export": "on"}
    form |= {"shown_version": str(account.version)}
    assert browser_of(elena).post(f"/accounts/{account.pk}/", form).status_code == 302
    account.refresh_from_db()
    assert account.can_export
