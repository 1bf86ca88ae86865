"""docs/protocol.md holds against the wire: Marina and Ilya speak its examples with a real server.

Each example stands in a ```json block under a marker naming its direction. What a client sends is
decoded by the server's schema and sent; what the server sends is compared with what it sent here.
"""

import asyncio
import json
import re
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from chat.sockets import frames
from tests.faults.signin import sign_in
from tests.server import ROOT, LiveServer

Frame = dict[str, Any]

PAGE = (ROOT / "docs" / "protocol.md").read_text()
BLOCK = re.compile(r"<!-- frame: ([^\n]+) -->\n```json\n(.*?)\n```", re.DOTALL)
EXAMPLES = [(marker, json.loads(text)) for marker, text in BLOCK.findall(PAGE)]
DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    "visitor": frames.visitor_decoder,
    "operator": frames.operator_decoder,
}
UNIONS = {"visitor": frames.VisitorFrame, "operator": frames.OperatorFrame}
SAID = [(marker.split()[0], frame) for marker, frame in EXAMPLES if marker.endswith("to server")]
HEARD = [
    (marker.removeprefix("server to "), frame)
    for marker, frame in EXAMPLES
    if marker.startswith("server to ")
]
PATIENCE_SECONDS = 20.0


def kind(marker: str, frame: Frame) -> str:
    """«visitor: message», «operator: ack of sync»: what examples and real frames are matched by."""
    side, _comma, answer = marker.partition(", ")
    return f"{side}: {answer or frame['type']}"


def example(side: str, name: str, **changes: Any) -> Frame:
    """The page's own frame with what must differ from run to run; with an id of its own."""
    (found,) = (frame for by, frame in SAID if (by, frame["type"]) == (side, name))
    fresh = {"id": str(uuid.uuid4())} if "id" in found else {}
    return found | fresh | changes


class Person:
    """One socket; all it was told is kept, under what it answers."""

    def __init__(self, side: str, socket: ClientConnection, heard: dict[str, list[Frame]]) -> None:
        self.side, self.socket, self.heard = side, socket, heard
        self.asked: dict[str, str] = {}
        self.news = asyncio.Event()

    async def listen(self) -> None:
        try:
            async for text in self.socket:
                frame = json.loads(text)
                self.heard[f"{self.side}: {self.name_of(frame)}"].append(frame)
                self.news.set()
        except ConnectionClosed:
            return

    def name_of(self, frame: Frame) -> str:
        if frame["type"] == "ack":
            return f"ack of {self.asked[frame['id']]}"
        if "files" in frame:
            return "error of a file"
        chats = {chat["id"] for chat in self.heard[f"{self.side}: chat"]}
        of_chat = frame["type"] == "message" and frame["conversation"] in chats
        return "message of a chat" if of_chat else str(frame["type"])

    async def say(self, name: str, **changes: Any) -> Frame:
        """Send the page's example; returns what was sent."""
        frame = example(self.side, name, **changes)
        self.asked[frame.get("id", "")] = name
        await self.socket.send(json.dumps(frame))
        return frame

    async def hears(self, name: str, fits: Callable[[Frame], bool] = lambda frame: True) -> Frame:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                for frame in self.heard[f"{self.side}: {name}"]:
                    if fits(frame):
                        return frame
                self.news.clear()
                await self.news.wait()

    async def asks(self, name: str, **changes: Any) -> Frame:
        sent = await self.say(name, **changes)
        return await self.hears(f"ack of {name}", lambda frame: frame["id"] == sent["id"])


@asynccontextmanager
async def person(
    side: str, url: str, server: LiveServer, heard: dict[str, list[Frame]], cookie: str = ""
) -> AsyncIterator[Person]:
    headers = {"Cookie": cookie} if cookie else {}
    async with connect(
        f"{server.base_url.replace('http', 'ws')}{url}",
        origin=Origin(server.base_url),
        additional_headers=headers,
        proxy=None,
    ) as socket:
        somebody = Person(side, socket, heard)
        listening = asyncio.create_task(somebody.listen())
        yield somebody
        listening.cancel()


LOOK = "from departments.models import Site; Site.objects.update(colour='#5b4a9e')"


INCIDENT = """
import uuid
from django.utils import timezone
from chat.tickets.actions.incidents import IncidentDraft, declare_incident
from operators.models import Account

ilya = Account.objects.get(login="operator1")
department = ilya.departments.first()
draft = IncidentDraft("Вход", department.pk, [department.sites.first().pk], "Чиним вход", True)
declare_incident(ilya, draft, client_id=uuid.uuid4(), at=timezone.now())
"""


async def talk(server: LiveServer, heard: dict[str, list[Frame]]) -> None:
    """A conversation in which every frame of the wire occurs."""
    token = await asyncio.to_thread(server.widget_token, "marina", name="Марина")
    cookie = await sign_in(server.base_url, "operator1")
    of_elena = await sign_in(server.base_url, "admin")
    async with person("visitor", "/ws/visitor/demo/", server, heard) as marina:
        await marina.say("hello", token=token)
        assert (await marina.hears("welcome"))["status"] == "offline"
        conversation = (await marina.asks("message"))["conversation"]
        async with person("operator", "/ws/operator/", server, heard, cookie) as ilya:
            await ilya.say("hello", page_of=None, after={conversation: 0})
            await marina.hears("status")
            await asyncio.to_thread(server.manage, "shell", "-c", LOOK)
            await marina.hears("look")
            await asyncio.to_thread(server.manage, "shell", "-c", INCIDENT)
            await marina.hears("banner")
            await ilya.asks("accept", conversation=conversation)
            await both_write_and_read(marina, ilya, conversation)
            async with person("operator", "/ws/operator/", server, heard, of_elena) as elena:
                await elena.say("hello", page_of=None, after={conversation: 0})
                await elena.hears("welcome")
                await elena.say("watch", conversation=conversation)
                await ilya.say("watch", conversation=conversation)
                await ilya.hears("watching")
            await asyncio.to_thread(server.manage, "shell", "-c", CARDS)
            await cards_are_answered(marina, ilya, conversation)
            await colleagues_write(server, ilya)
            await asyncio.to_thread(keep_template, server, of_elena)
            await ilya.hears("templates")
            await asyncio.to_thread(hide_texts, server, of_elena)
            await ilya.hears("notices")
            await refusals_and_routine(marina, ilya, conversation, token)
            async with person("visitor", "/ws/visitor/demo/", server, heard) as again:
                await again.say("hello", token=token, conversation=conversation)
                await again.hears("welcome", lambda welcome: bool(welcome["messages"]))
            await marina.asks("end")
            await ilya.hears("conversation", lambda frame: frame["state"] == "closed")
            visit = (await marina.hears("welcome"))["visit"]
            await ilya.asks("write_first", visit=visit)
            await marina.hears("conversation", lambda frame: frame["approach"])
            await marina.asks("not_now")
            await asyncio.to_thread(server.stop)
            await marina.hears("reconnect")
            await ilya.hears("reconnect")


async def both_write_and_read(marina: Person, ilya: Person, conversation: str) -> None:
    await marina.say("typing")
    await ilya.hears("typing")
    await ilya.say("typing", conversation=conversation)
    await marina.hears("typing")
    answer = await ilya.asks("message", conversation=conversation)
    await ilya.hears("delivered")
    await marina.hears("message", lambda message: message["author"]["kind"] == "operator")
    await marina.say("read", seq=3)
    await ilya.hears("read", lambda mark: mark["seq"] == answer["seq"])
    await ilya.asks("correct", conversation=conversation, seq=answer["seq"])
    await ilya.hears("amended")
    await marina.hears("amended")
    await ilya.asks("message", conversation=conversation, note=True)
    question = await marina.asks("message")
    await marina.hears("delivered")
    await ilya.say("read", conversation=conversation, seq=answer["seq"] + 3)
    await marina.hears("read", lambda mark: mark["seq"] == question["seq"])
    await marina.asks("correct", message=question["id"])
    await marina.asks("retract", message=question["id"])
    await ilya.asks("retract", conversation=conversation, seq=answer["seq"])


CARDS = """
import uuid
from django.utils import timezone
from chat.actions.links import send_link
from chat.actions.ratings import ask_for_rating
from chat.actions.snapshots import ask_for_snapshot
from chat.models import Conversation
from operators.models import Account

ilya, at = Account.objects.get(login="operator1"), timezone.now()
key = Conversation.objects.get(visitor__subject='marina').public_id
send_link(ilya, key, "Порты", "https://example.ru/ports", client_id=uuid.uuid4(), at=at)
ask_for_rating(ilya, key, at=at)
ask_for_snapshot(ilya, key, at=at)
"""


async def cards_are_answered(marina: Person, ilya: Person, conversation: str) -> None:
    """Another process sends them: it is the pulse that brings them."""
    link = await marina.hears("message", lambda message: message["kind"] == "link")
    await marina.say("open_link", seq=link["seq"], conversation=conversation)
    await ilya.hears("amended", lambda told: "Посетитель открыл" in told["html"])
    card = await marina.hears("message", lambda message: message["kind"] == "rating_request")
    await marina.asks("rate", request=card["seq"], conversation=conversation)
    await ilya.hears("amended", lambda told: "5 из 5" in told["text"])
    card = await marina.hears("message", lambda message: message["kind"] == "snapshot_request")
    await marina.asks("tell_system", request=card["seq"], conversation=conversation)
    await ilya.hears("amended", lambda told: "Firefox 143" in told["text"])


GROUP = """
from django.utils import timezone
from chat.rooms.actions import create_group
from operators.models import Account

ilya, anton = (Account.objects.get(login=f"operator{number}") for number in (1, 2))
create_group(anton, "Ночная смена", [ilya.pk], at=timezone.now())
"""


async def colleagues_write(server: LiveServer, ilya: Person) -> None:
    """Another process makes the group: it is the pulse that brings it."""
    await asyncio.to_thread(server.manage, "shell", "-c", GROUP)
    group = (await ilya.hears("chat"))["id"]
    await ilya.asks("message", conversation=group)
    await ilya.hears("message of a chat", lambda message: message["kind"] == "text")


def keep_template(server: LiveServer, cookie: str) -> None:
    """By the administrator's form: what another process saves is told to no socket of this one."""
    fill(server, cookie, "templates/add", code="A.014", title="Порты", text="Порт 5349.")


def hide_texts(server: LiveServer, cookie: str) -> None:
    fill(server, cookie, "notices", hides_text="on", shown_version="0")


def fill(server: LiveServer, cookie: str, page: str, **form: str) -> None:
    proof = "x" * 32
    address = f"{server.base_url}/settings/{page}/"
    headers = {"Cookie": f"{cookie}; csrftoken={proof}"}
    filled = urlencode({"csrfmiddlewaretoken": proof, **form}).encode()
    urlopen(Request(address, filled, headers))


async def refusals_and_routine(marina: Person, ilya: Person, conversation: str, token: str) -> None:
    await marina.say("message", text="")
    await marina.say("message", files=[str(uuid.uuid4())])
    await marina.hears("error")
    await marina.hears("error of a file")
    await ilya.say("accept", conversation="nothing")
    await ilya.hears("error")
    await marina.say("page")
    await marina.asks("token", token=token)
    await marina.asks("sync")
    await ilya.asks("sync", conversation=conversation)
    await marina.asks("ping")
    await ilya.asks("ping")
    await ilya.asks("people")
    await ilya.hears("people")
    await ilya.asks("presence")
    await ilya.hears("presence")
    await ilya.hears("fragment")
    await ilya.hears("information")


@pytest.fixture(scope="module")
def heard(support_server: LiveServer) -> dict[str, list[Frame]]:
    frames: dict[str, list[Frame]] = defaultdict(list)
    asyncio.run(talk(support_server, frames))
    assert not support_server.tracebacks
    return frames


def matches(shown: Any, real: Any) -> bool:
    """Whether two values have the same keys all the way down; null and an empty list match any."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return shown.keys() == real.keys() and all(matches(shown[k], real[k]) for k in shown)
    if isinstance(shown, list) and isinstance(real, list):
        return not shown or not real or matches(shown[0], real[0])
    return shown is None or real is None or type(shown) is type(real)


def unknown_keys(shown: Any, decoded: Any, path: str = "") -> Iterator[str]:
    """Keys of an example that the server would silently ignore."""
    if isinstance(shown, dict) and isinstance(decoded, dict):
        for key, value in shown.items():
            if key not in decoded:
                yield f"{path}{key}"
            else:
                yield from unknown_keys(value, decoded[key], f"{path}{key}.")


def named(examples: list[tuple[str, Frame]]) -> list[str]:
    return [f"{side}: {frame['type']}" for side, frame in examples]


@pytest.mark.parametrize(("side", "frame"), SAID, ids=named(SAID))
def test_what_a_client_sends_fits_the_schema(side, frame):
    decoded = msgspec.to_builtins(DECODERS[side].decode(json.dumps(frame)), enc_hook=str)
    assert not list(unknown_keys(frame, decoded))
    assert frame.keys() == decoded.keys()


def test_every_frame_of_the_schema_has_an_example():
    declared = {
        (side, struct.__struct_config__.tag)
        for side, union in UNIONS.items()
        for struct in union.__args__
    }
    assert declared == {(side, frame["type"]) for side, frame in SAID}


@pytest.mark.parametrize(
    ("marker", "frame"), HEARD, ids=[kind(marker, frame) for marker, frame in HEARD]
)
def test_what_the_server_sends_looks_as_documented(marker, frame, heard):
    real = heard[kind(marker, frame)]
    assert any(matches(frame, sent) for sent in real), real[:3]


def test_the_server_sends_nothing_undocumented(heard):
    documented = {kind(marker, frame) for marker, frame in HEARD}
    assert {name for name in heard if heard[name]} <= documented
