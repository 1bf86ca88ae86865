"""Consent to the notice about personal data: each version once, with when and from where."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.errors import UnknownFile
from chat.models import Consent, Visitor
from departments.models import Site
from operators.models import OnlyGrows
from tests.cast import answers, writes


def given():
    return list(Consent.objects.values_list("visitor__subject", "version", "address"))


def version_is(version):
    Site.objects.update(privacy_version=version)


def test_the_first_message_is_the_consent(marina):
    at = timezone.now()
    writes(marina, address="198.51.100.7", at=at)
    assert given() == [("marina", 1, "198.51.100.7")]
    marina.refresh_from_db()
    assert (marina.consented_version, marina.consented_at) == (1, at)


def test_what_follows_is_none_anew(marina):
    writes(marina)
    writes(marina, "И ещё", consent=1)
    assert len(given()) == 1


def test_a_new_version_is_agreed_to_by_the_next_message_under_it(marina, dialogue):
    version_is(2)
    writes(marina, "Написано до неё")
    assert [version for _who, version, _where in given()] == [1]
    at = timezone.now() + timedelta(seconds=1)
    writes(marina, "И после", consent=2, at=at)
    assert [version for _who, version, _where in given()] == [1, 2]
    marina.refresh_from_db()
    assert (marina.consented_version, marina.consented_at) == (2, at)


def test_a_message_from_before_agrees_to_what_it_was_written_under(marina, dialogue):
    """It lay unsent while the notice became another."""
    version_is(3)
    writes(marina, "Под второй", consent=2)
    marina.refresh_from_db()
    assert marina.consented_version == 2


def test_nobody_agrees_to_what_there_is_not_yet(marina):
    writes(marina, consent=2**31 - 1)
    assert given() == [("marina", 1, None)]


def test_sent_again_it_is_one_consent(marina, dialogue):
    version_is(2)
    first = writes(marina, "Вот", consent=2)
    writes(marina, "Вот", consent=2, client_id=first.client_id)
    assert len(given()) == 2


def test_a_refused_message_is_no_consent(marina):
    with pytest.raises(UnknownFile):
        writes(marina, "Вот", files=["5f0a7f0e-7d52-4a7e-8a7c-0c3f6f1b2a11"], consent=1)
    assert given() == []
    assert not Visitor.objects.filter(consented_version__gt=0).exists()


def test_each_person_for_themselves(marina, sergey):
    writes(marina)
    writes(sergey)
    assert given() == [("marina", 1, None), ("sergey", 1, None)]


def test_an_answer_of_staff_is_nobody_s_consent(marina, ilya, dialogue):
    version_is(2)
    answers(ilya, dialogue, "Смотрю")
    assert [version for _who, version, _where in given()] == [1]


def test_what_was_given_stays(marina):
    writes(marina)
    consent = Consent.objects.get()
    for change in (consent.save, consent.delete, Consent.objects.all().delete):
        with pytest.raises(OnlyGrows):
            change()
    with pytest.raises(OnlyGrows):
        Consent.objects.update(version=7)


# Over the socket


def test_the_welcome_says_what_was_agreed_to(wires, marina):
    assert wires.visitor(marina).welcome["consented"] == 0
    writes(marina)
    assert wires.visitor(marina).welcome["consented"] == 1


def test_an_open_window_is_asked_and_its_next_message_agrees(wires, marina, dialogue):
    tab = wires.visitor(marina)
    Site.objects.update(privacy_version=2, privacy_text="Новые правила")
    notice = tab.by_pulse("look")["look"]["notice"]
    assert (notice["version"], notice["text"]) == (2, "Новые правила")
    assert tab.ask("message", text="Хорошо", consent=2)["type"] == "ack"
    assert given()[-1] == ("marina", 2, "127.0.0.1")


@pytest.mark.parametrize("consent", [-1, 1.5, "1", True, None, 2**31, [1]])
def test_what_is_no_version_is_no_frame(wires, marina, consent):
    refused = wires.visitor(marina).ask("message", text="Вот", consent=consent)
    assert (refused["type"], refused["code"]) == ("error", "invalid")
    assert given() == []
