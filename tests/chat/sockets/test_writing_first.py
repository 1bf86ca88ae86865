"""«Написать»: the visitor's window shows it, colleagues see whose they are, «Не сейчас» ends it."""

from chat.models import Consent, Conversation, Visit
from tests.cast import SECRET, answers, browser_of, token


def write_to(zone, visitor, text="Здравствуйте! Чем помочь?"):
    visit = Visit.objects.get(visitor=visitor)
    return zone.ask("write_first", visit=str(visit.public_id), text=text)


def test_the_visitor_reads_it_and_who_wrote(wires, ilya, marina):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    told = write_to(zone, marina)["conversation"]
    assert (told["state"], told["operator"]["name"]) == ("active", "Илья Воронцов")
    shown = tab.expect("conversation", state="active")
    assert shown["approach"] is True
    tab.expect("message", kind="event", text="К переписке присоединился оператор Илья Воронцов")
    said = tab.expect("message", kind="text")
    assert (said["text"], said["seq"]) == ("Здравствуйте! Чем помочь?", 2)


def test_both_go_on_as_in_any_conversation(wires, ilya, marina):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    key = write_to(zone, marina)["conversation"]["id"]
    tab.expect("message", kind="text")
    assert tab.ask("message", text="Да, не проходит оплата")["conversation"] == key
    zone.expect("message", text="Да, не проходит оплата")
    zone.ask("message", conversation=key, text="Смотрю")
    tab.expect("message", text="Смотрю")


def test_a_first_answer_is_a_consent_as_any_first_message_is(wires, ilya, site, marina):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    write_to(zone, marina)
    tab.expect("message", kind="text")
    tab.ask("message", text="Да")
    tab.ask("message", text="Не проходит оплата")
    assert Consent.objects.get().version == site.privacy_version


def test_colleagues_see_whose_the_visitor_is(wires, ilya, darya, anton, marina):
    zone, other, second = (wires.operator(account) for account in (ilya, darya, anton))
    tab = wires.visitor(marina)
    other.ask("people")
    other.expect("people", count=1)
    key = write_to(zone, marina)["conversation"]["id"]
    other.expect("people", count=0)
    assert "Илья Воронцов" in other.expect("fragment", target=f"visitor-{key}")["html"]
    assert write_to(other, marina)["detail"] == "Уже принято: Илья Воронцов"
    second.settle()
    assert second.of("conversation") == second.of("message") == []
    tab.settle()
    assert tab.log()[-1] == (2, "Здравствуйте! Чем помочь?")


def test_not_now_is_told_to_who_wrote_and_remembered(wires, ilya, darya, marina):
    zone, other, tab = wires.operator(ilya), wires.operator(darya), wires.visitor(marina)
    key = write_to(zone, marina)["conversation"]["id"]
    tab.expect("message", kind="text")
    assert tab.ask("not_now")["type"] == "ack"
    zone.expect("conversation", id=key, state="closed")
    zone.expect("message", text="Посетитель ответил «Не сейчас», обращение закрыто")
    tab.expect("conversation", state="closed")
    other.ask("people")
    listed = other.expect("people", count=1)["html"]
    assert "Не сейчас" in listed
    assert "data-write-first" not in listed
    refused = write_to(other, marina)
    assert refused["code"] == "conflict"
    assert "Не сейчас" in refused["detail"]


def test_a_window_that_was_not_linked_finds_it_when_it_comes_back(wires, ilya, marina):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    write_to(zone, marina)
    tab.disconnect()
    again = wires.visitor(marina)
    assert again.welcome["conversation"]["approach"] is True
    assert again.log()[-1][1] == "Здравствуйте! Чем помочь?"
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    window = browser_of().get("/widget/demo/window/", headers=bearer).content.decode()
    assert "data-approach" in window


def test_notes_in_it_stay_among_staff(wires, ilya, marina):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    write_to(zone, marina)
    answers(ilya, Conversation.objects.get(), SECRET, note=True)
    tab.settle()
    assert not any(SECRET in raw for raw in tab.raw)
