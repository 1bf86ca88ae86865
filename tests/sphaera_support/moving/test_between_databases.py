"""From PostgreSQL into SQLite and back: nothing is lost or changed, and each side goes on."""

import os
import shutil
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.db import connection

from chat.models import Conversation, Message
from tests.cast import browser_of, writes
from tests.server import DATABASE_FILE, OWN_VARIABLES, ROOT, migrated
from tests.sphaera_support.moving.test_moving import _own_disk, end_of, talk

__all__ = ["_own_disk", "talk"]  # fixtures

# The other side, in a process of its own.
EMBEDDED = """
import sys, uuid, django
django.setup()
from django.core.management import call_command
from django.utils import timezone
from chat.actions.messages import post_visitor_message
from chat.models import Visitor
came, same, more = sys.argv[1:]
call_command("restore", came)
call_command("backup", same)
marina = Visitor.objects.get(subject="marina")
post_visitor_message(
    marina.pk, client_id=uuid.uuid4(), text="Из SQLite", files=[], at=timezone.now()
)
call_command("verify_history")
call_command("backup", more)
"""


def test_there_and_back(talk, ilya, marina, tmp_path, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("begins with PostgreSQL")
    came, same, more, back = (tmp_path / name for name in ("came", "same", "more", "back"))
    call_command("backup", str(came))
    inherited = {name: value for name, value in os.environ.items() if name not in OWN_VARIABLES}
    embedded = tmp_path / "embedded"
    embedded.mkdir()
    with monkeypatch.context() as elsewhere:
        elsewhere.delenv("DATABASE_URL")
        shutil.copy(migrated().data_dir / DATABASE_FILE, embedded)
    ran = subprocess.run(
        [sys.executable, "-c", EMBEDDED, came, same, more],
        cwd=ROOT,
        env=inherited
        | {"DATA_DIR": str(embedded), "DJANGO_SETTINGS_MODULE": "sphaera_support.settings"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert end_of(same) == end_of(came)
    call_command("restore", str(more), "--replace")
    call_command("backup", str(back))
    assert end_of(back) == end_of(more)
    assert Message.objects.filter(text="Из SQLite").exists()
    assert browser_of(ilya).get(f"/chat/{talk.public_id}/").status_code == 200
    said = writes(marina, "Из PostgreSQL")
    assert Conversation.objects.get(pk=said.conversation_id).last_seq == said.seq
