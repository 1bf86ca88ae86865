"""An erased person is gone from everywhere, or not at all, and comes back by nothing old."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.serializers import serialize
from django.db import connection
from django.utils import timezone

from chat import identity
from chat.actions import erasure
from chat.actions.changes import Doer
from chat.actions.data_requests import AlreadyDecided
from chat.actions.erasure import StillBlocked, StillHeld, WrongNumber, erase_person, going_with
from chat.actions.history import index_history
from chat.actions.visitors import recognise_visitor
from chat.files.storage import store_file
from chat.identity import VoidToken
from chat.models import Attachment, DataRequest, DestructionAct, Hold, Message, Visitor
from chat.purge.due import KEEPERS
from chat.sockets.revocation import erased_of, rights_lost
from operators.models import Change
from tests.cast import (
    SECRET,
    answers,
    asks_about_data,
    comes_from,
    has_archive,
    keep_among_staff,
    offers_plan,
    signs_contract,
    writes,
)
from tests.chat.actions.test_blocks import blocks

MARK = "Ъмаркер"


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def erases(elena, request, **given):
    usual = {"number": request.number, "answer": "Удалили", "at": timezone.now()}
    return erase_person(Doer(elena), request.pk, **usual | given)


def everything():
    models = apps.get_models(include_auto_created=True)
    return "\n".join(serialize("json", model._base_manager.all()) for model in models)


def plants(marina, elena, ilya, anton, dialogue):
    """One word everywhere: in what the person is, wrote, sent, opened, and was written about."""
    keep_among_staff(ilya, anton, dialogue)
    names = {"name": MARK, "email": f"{MARK}@example.ru", "claims": {"Отдел": MARK}}
    Visitor.objects.filter(pk=marina.pk).update(**names)
    visitor = Visitor.objects.get(pk=marina.pk)
    log = store_file(SimpleUploadedFile(f"{MARK}.txt", b"x"), at=timezone.now(), visitor=visitor)
    store_file(SimpleUploadedFile(f"{MARK}2.txt", b"x"), at=timezone.now(), visitor=visitor)
    comes_from(visitor, "198.51.100.7", page_url=f"https://example.ru/{MARK}", referrer=MARK)
    said = writes(visitor, MARK, files=[log.public_id])
    answers(ilya, dialogue, f"Смотрю, {MARK}", quotes=said.client_id)
    signs_contract(elena, offers_plan(elena, "План"), customers=(f"{MARK}@example.ru".lower(),))
    has_archive(visitor)
    index_history(at=timezone.now())
    return asks_about_data(visitor, text=MARK)


def test_nothing_of_them_is_left(marina, elena, ilya, anton, dialogue, tmp_path, caplog):
    request = plants(marina, elena, ilya, anton, dialogue)
    assert MARK in everything()
    assert SECRET in everything()
    counts = erases(elena, request)
    assert counts["chat.Message"] > 5
    left = everything()
    assert MARK not in left
    assert MARK.lower() not in left
    assert "198.51.100.7" not in left
    assert MARK not in caplog.text
    assert not Visitor.objects.filter(subject="marina").exists()


def test_nor_in_the_files_of_an_embedded_database(transactional_db, marina, elena, ilya, dialogue):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has its vacuum")
    writes(marina, MARK)
    answers(ilya, dialogue, MARK)
    index_history(at=timezone.now())
    file = Path(connection.settings_dict["NAME"])
    assert in_file(file)
    erases(elena, asks_about_data(marina, text=MARK))
    assert not in_file(file)


def in_file(file):
    """Written as it is, and as the index has it: in small letters, without the hard sign."""
    whole = b"".join(path.read_bytes() for path in (file, file.with_name(f"{file.name}-wal")))
    return any(one.encode() in whole for one in (MARK, MARK[1:]))


def test_files_go_after_the_commit(
    marina, elena, ilya, anton, dialogue, tmp_path, django_capture_on_commit_callbacks
):
    request = plants(marina, elena, ilya, anton, dialogue)
    theirs = Path(Attachment.objects.filter(visitor=marina).latest("pk").file.path)
    with django_capture_on_commit_callbacks(execute=True):
        erases(elena, request)
    assert not theirs.exists()
    assert not list(Path(tmp_path).rglob("*.zip"))


def test_others_keep_what_is_theirs(marina, sergey, elena, dialogue):
    writes(sergey, "Моё письмо")
    erases(elena, asks_about_data(marina))
    assert "Моё письмо" in everything()


def test_the_request_stays_as_proof_of_nobody(marina, elena, dialogue):
    request = asks_about_data(marina)
    counts = erases(elena, request)
    request.refresh_from_db()
    assert (request.state, request.name, request.text, request.visitor) == ("done", "", "", None)
    erased = Change.objects.get(deed="erased")
    assert erased.after == counts
    assert erased.subject_name == request.number


def test_an_act_says_how_much_went_and_names_nobody(marina, elena, dialogue):
    request = asks_about_data(marina)
    counts = erases(elena, request)
    act = DestructionAct.objects.get(request=request)
    assert (act.reason, act.visitors, act.by_name) == ("erasure", 1, elena.name)
    assert act.rows == counts
    assert request.number in str(act.grounds)


def test_who_is_held_stays(marina, elena, dialogue):
    at = timezone.now()
    until = at + timedelta(days=9)
    held = {"reason": "спор", "until": until, "by": elena, "by_name": "Елена", "at": at}
    Hold.objects.create(conversation=dialogue, **held)
    request = asks_about_data(marina)
    with pytest.raises(StillHeld):
        erases(elena, request)
    assert "спор" in going_with(marina, at=at).hindrances[0]


def test_what_goes_is_counted_before(marina, elena, ilya, dialogue):
    request = asks_about_data(marina)
    going = going_with(marina, at=timezone.now())
    assert going.open_conversations == 1
    counts = erases(elena, request)
    assert {label: n for label, n in going.counts.items() if n}.keys() <= counts.keys()


def test_another_number_erases_nothing(marina, elena, dialogue):
    request = asks_about_data(marina)
    with pytest.raises(WrongNumber):
        erases(elena, request, number="П-0")
    assert Visitor.objects.filter(pk=marina.pk).exists()


def test_pressed_twice_it_is_done_once(marina, elena, dialogue):
    request = asks_about_data(marina)
    erases(elena, request)
    with pytest.raises(AlreadyDecided):
        erases(elena, request)


def test_who_is_blocked_is_let_in_first(marina, elena, ilya, dialogue):
    request = asks_about_data(marina)
    blocks(ilya, dialogue)
    with pytest.raises(StillBlocked):
        erases(elena, request)


def test_killed_half_way_nothing_has_happened(marina, elena, dialogue, monkeypatch):
    request = asks_about_data(marina)
    monkeypatch.setattr(erasure, "settle", _dies)
    with pytest.raises(KeyboardInterrupt):
        erases(elena, request)
    assert Visitor.objects.filter(pk=marina.pk).exists()
    assert Message.objects.exists()
    assert DataRequest.objects.get().is_open


def _dies(*_given, **_named):
    raise KeyboardInterrupt


def token_of(site, at):
    signed = identity.sign(site, "marina", MARK, at=at)
    return identity.verify(site, signed, at=at)


def test_an_open_window_brings_nobody_back(marina, site, elena, dialogue):
    before = token_of(site, timezone.now())
    erases(elena, asks_about_data(marina))
    with pytest.raises(VoidToken):
        recognise_visitor(site, before)
    assert not Visitor.objects.exists()
    later = token_of(site, timezone.now() + timedelta(seconds=1))
    assert recognise_visitor(site, later).pk != marina.pk


def test_sockets_of_who_is_erased_are_found_without_a_doorbell(marina, sergey, elena, dialogue):
    assert not rights_lost(at=timezone.now()).is_anybody_erased
    erases(elena, asks_about_data(marina))
    assert rights_lost(at=timezone.now()).is_anybody_erased
    assert erased_of({marina.pk, sergey.pk}) == {marina.pk}


def test_who_waits_for_an_answer_is_kept_until_then(marina, dialogue):
    asks_about_data(marina)
    assert marina in KEEPERS["asking"](timezone.now())
    DataRequest.objects.update(state="declined", decided_at=timezone.now())
    assert marina not in KEEPERS["asking"](timezone.now())
