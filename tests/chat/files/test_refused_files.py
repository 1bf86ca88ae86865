"""A message whose files cannot go out: which of them, told in words that help."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.files.refusals import TooLarge
from chat.files.storage import store_file
from chat.sockets.frames import MAX_FILES
from chat.templatetags.limits import message_limits
from tests.cast import makes_group, writes
from tests.server import ROOT


def store(name, content="text", **owner):
    uploaded = SimpleUploadedFile(name, content.encode())
    return store_file(uploaded, at=timezone.now(), **owner)


@pytest.fixture
def sides(wires, marina, ilya, darya, dialogue):
    """How each of the three faces says something with files, and who it is."""
    tab, zone = wires.visitor(marina), wires.operator(ilya)
    chat = makes_group(ilya, "Смена", darya)
    return {
        "visitor": (tab, {}, {"visitor": marina}),
        "operator": (zone, {"conversation": dialogue.public_id}, {"account": ilya}),
        "colleague": (zone, {"conversation": chat.public_id}, {"account": ilya}),
    }


TEMPLATES = ROOT.glob("templates/**/*.html")
COMPOSERS = [path for path in TEMPLATES if "<chat-composer" in path.read_text()]
SIDES = pytest.mark.parametrize("side", ["visitor", "operator", "colleague"])


@SIDES
def test_the_files_that_are_gone_are_named(sides, side):
    wire, where, owner = sides[side]
    kept, swept = store("a.txt", **owner), store("b.txt", **owner)
    swept.delete()
    files = [str(kept.public_id), str(swept.public_id)]
    refused = wire.ask("message", **where, text="Вот", files=files)
    assert (refused["code"], refused["files"]) == ("invalid", [str(swept.public_id)])
    without = wire.ask("message", **where, text="Вот", files=files[:1])
    assert without["type"] == "ack"


@SIDES
def test_more_files_than_a_message_may_carry_are_refused_with_the_limit(sides, side):
    wire, where, _owner = sides[side]
    files = [str(uuid.uuid4()) for _ in range(MAX_FILES + 1)]
    refused = wire.ask("message", **where, text="Вот", files=files)
    assert refused["code"] == "too_many"
    assert f"Не больше {MAX_FILES} файлов" in refused["detail"]


@pytest.mark.parametrize("template", COMPOSERS, ids=lambda path: path.name)
def test_every_composer_knows_the_limit_before_sending(template):
    assert re.search(r"{% message_limits (visitor|request.user) %}", template.read_text())


def test_each_side_is_told_the_limits_that_it_is_held_to(settings, marina, ilya):
    settings.VISITOR_FILE_SIZE, settings.STAFF_FILE_SIZE = 3, 4
    for sender, owner in ((marina, {"visitor": marina}), (ilya, {"account": ilya})):
        told = re.search(r'max-files="(\d+)" max-file-size="(\d+)"', message_limits(sender))
        assert told
        assert int(told[1]) == MAX_FILES
        assert store("a.txt", "x" * int(told[2]), **owner)
        with pytest.raises(TooLarge):
            store("a.txt", "x" * (int(told[2]) + 1), **owner)


def test_as_many_as_it_may_carry_go_out(marina):
    files = [store(f"{number}.txt", visitor=marina).public_id for number in range(MAX_FILES)]
    assert writes(marina, "Вот", files=files).attachments.count() == MAX_FILES


def test_a_file_that_went_out_before_is_named_too(sides, marina):
    wire, _where, owner = sides["visitor"]
    sent = store("a.txt", **owner)
    writes(marina, "Вот", files=[sent.public_id])
    refused = wire.ask("message", text="И ещё раз", files=[str(sent.public_id)])
    assert refused["files"] == [str(sent.public_id)]


def test_other_refusals_name_no_files(sides):
    wire, where, _owner = sides["operator"]
    assert "files" not in wire.ask("message", **where, text="")
