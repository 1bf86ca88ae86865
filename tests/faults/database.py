"""The final state, read from the database itself and by SQL, past all code of the product."""

import sqlite3
import uuid
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.checker import SYSTEM, Record, Row
from tests.faults.history import digest

# Of the demo there are others, too.
MESSAGES = """
    SELECT c.public_id, m.seq, m.visitor_seq, m.client_id, m.author_kind, v.subject, a.login,
        m.text, m.kind
    FROM chat_message m
    JOIN chat_conversation c ON c.id = m.conversation_id
    JOIN chat_visitor v ON v.id = c.visitor_id
    LEFT JOIN operators_account a ON a.id = m.author_id
    WHERE v.subject LIKE 'guest%'
"""
CONVERSATIONS = """
    SELECT c.public_id, v.subject
    FROM chat_conversation c JOIN chat_visitor v ON v.id = c.visitor_id
    WHERE v.subject LIKE 'guest%'
"""


def read(data: Path, database_url: str | None) -> Record:
    connection: Any
    if database_url:
        connection = psycopg.connect(database_url)
    else:
        connection = sqlite3.connect(data / "db.sqlite3")
    try:
        messages = connection.execute(MESSAGES).fetchall()
        conversations = connection.execute(CONVERSATIONS).fetchall()
    finally:
        connection.close()
    return Record([row(*line) for line in messages], {c: f"visitor:{v}" for c, v in conversations})


def row(
    conv: str,
    seq: int,
    visitor_seq: int | None,
    client_id: object,
    author_kind: str,
    subject: str,
    login: str,
    text: str,
    kind: str,
) -> Row:
    authors = {"visitor": f"visitor:{subject}", "operator": f"operator:{login}"}
    author = SYSTEM if kind == "amended" else authors.get(author_kind, SYSTEM)
    # System lines read differently for visitors and staff; their text is not compared. What an
    # amendment says stands in the message that it changed.
    hash = "" if author == SYSTEM else digest(text)
    return Row(conv, seq, visitor_seq, str(uuid.UUID(str(client_id))), author, hash)
