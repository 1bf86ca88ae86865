"""The files by which addresses are places, as an administrator puts them in and takes them away.

They lie on the disk and not in the database: what was done to one is noted when it is done.
"""

from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat import geo
from chat.actions.changes import Doer, State, Subject, note_change
from chat.geo import GeoFile
from chat.places import CITY, OWNER
from operators.models import Change

TITLES = {CITY: _("Города и страны"), OWNER: _("Владельцы сетей")}


def put_geo_file(doer: Doer, content: IO[bytes], *, name: str, at: datetime) -> GeoFile:
    """In place of the one of its kind. Raises a Refusal."""
    before = {file.kind: file for file in geo.geo_files()}
    taken = geo.take_in(content, source=f"{name}, {doer.account.name}", at=at)
    deed = Change.Deed.CHANGED if taken.kind in before else Change.Deed.ADDED
    _note(doer, taken.kind, deed, before.get(taken.kind), taken, at=at)
    return taken


def remove_geo_file(doer: Doer, kind: str, *, at: datetime) -> None:
    removed = geo.take_away(kind)
    if removed is not None:
        _note(doer, kind, Change.Deed.DELETED, removed, None, at=at)


def _note(
    doer: Doer,
    kind: str,
    deed: Change.Deed,
    before: GeoFile | None,
    after: GeoFile | None,
    *,
    at: datetime,
) -> None:
    subject = Subject(Change.Kind.GEO, list(TITLES).index(kind), str(TITLES[kind]))
    with transaction.atomic():
        note_change(doer, subject, deed, before=_state(before), after=_state(after), at=at)


def _state(file: GeoFile | None) -> State:
    if file is None:
        return {}
    return {"type": file.type, "built_at": file.built_at.isoformat(), "source": file.source}
