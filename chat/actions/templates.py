"""Kept answers: an operator's own are theirs alone, shared ones are the administrators'."""

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from chat import access
from chat.actions.changes import Doer, Subject, demand_version, note_change, note_changes
from chat.actions.errors import ImportOutdated, Refusal
from chat.actions.locks import lock_template, lock_template_words, lock_templates
from chat.events import TemplatesChanged
from chat.happened import happened
from chat.models import AnswerTemplate, TemplateFile, TemplateUse
from chat.streams import after_commit
from chat.text import folded
from operators.models import Account, Change

MOST = 5000  # of one owner, and of all shared: what a browser searches at every key
MOST_USED = 20  # of one answer


@dataclass(frozen=True, kw_only=True)
class TemplateDraft:
    """What a template is to be, checked by itself; the site by key."""

    code: str
    title: str
    text: str
    group: str = ""
    site: int | None = None
    position: int = 0
    link_title: str = ""
    link_url: str = ""


FIELDS = ("code", "title", "text", "group", "position", "link_title", "link_url")


class NoSuchTemplate(Refusal):
    """Deleted, never there, or another's: the three read the same."""

    code = "not_found"
    words = _("Такого шаблона нет.")


@dataclass(eq=False)
class TemplateCodeTaken(Refusal):
    """By another one of the same owner, whatever the case."""

    taken: str
    code = "invalid"
    field = "code"
    words = _("Код «%(taken)s» уже занят.")


@dataclass(eq=False)
class TooManyTemplates(Refusal):
    limit: int
    code = "invalid"
    words = _("Шаблонов уже предельное число: %(limit)s. Удалите ненужные.")


def add_template(
    doer: Doer, owner: Account | None, draft: TemplateDraft, *, at: datetime
) -> AnswerTemplate:
    """Nobody's are shared. Raises a Refusal."""
    demand_right(doer, owner)
    with transaction.atomic():
        _demand_room(owner, 1)
        template = AnswerTemplate(owner=owner, created_at=at)
        _write(template, draft, at=at)
        _note(doer, template, Change.Deed.ADDED, after=state_of(template), at=at)
        tell_changed(doer, owner, at=at)
    return template


def change_template(
    doer: Doer,
    owner: Account | None,
    template_id: int,
    draft: TemplateDraft,
    *,
    shown: int,
    at: datetime,
) -> None:
    """`shown` is the version of the form. Raises a Refusal."""
    demand_right(doer, owner)
    with transaction.atomic():
        template = locked_template(owner, template_id)
        demand_version(_subject(template), shown)
        before = state_of(template)
        template.version += 1
        _write(template, draft, at=at)
        after = state_of(template)
        _note(doer, template, Change.Deed.CHANGED, before=before, after=after, at=at)
        tell_changed(doer, owner, at=at)


def delete_template(doer: Doer, owner: Account | None, template_id: int, *, at: datetime) -> None:
    """What was sent with it stays as it was sent. Raises NoSuchTemplate."""
    demand_right(doer, owner)
    with transaction.atomic():
        template = locked_template(owner, template_id)
        template.version += 1
        _note(doer, template, Change.Deed.DELETED, before=state_of(template), at=at)
        files = list(template.files.all())
        template.delete()
        after_commit(_discard, files)
        tell_changed(doer, owner, at=at)


def import_templates(
    doer: Doer,
    owner: Account | None,
    drafts: Collection[TemplateDraft],
    *,
    adds: Set[str],
    changes: Mapping[str, int],
    at: datetime,
) -> None:
    """All of them or none. The preview said which codes (folded) are new, and which are changed,
    from which version. Raises a Refusal.
    """
    demand_right(doer, owner)
    with transaction.atomic():
        there = {one.code_key: one for one in lock_templates(owner)}
        versions = {key: there[key].version for key in changes if key in there}
        if versions != changes or adds & there.keys():
            raise ImportOutdated
        _demand_room(owner, len(adds))
        noted = [_imported(there, owner, draft, at=at) for draft in drafts]
        if owner is None:
            note_changes(doer, noted, at=at)
        tell_changed(doer, owner, at=at)


def change_template_words(
    doer: Doer, words: Mapping[str, str], *, shown: int, at: datetime
) -> None:
    """What administrators' own placeholders stand for. Raises a Refusal."""
    demand_right(doer, None)
    with transaction.atomic():
        kept = lock_template_words()
        subject = Subject(Change.Kind.TEMPLATE_WORDS, 0, str(_("Свои подстановки")), kept.version)
        demand_version(subject, shown)
        before = {f"{{{name}}}": text for name, text in kept.words.items()}
        after = {f"{{{name}}}": text for name, text in words.items()}
        kept.words, kept.version = dict(words), kept.version + 1
        kept.save()
        subject = Subject(subject.kind, subject.key, subject.name, kept.version)
        note_change(doer, subject, Change.Deed.CHANGED, before=before, after=after, at=at)
        tell_changed(doer, None, at=at)


def note_template_uses(account: Account, template_ids: Iterable[int], *, at: datetime) -> None:
    """Those went out in an answer of the account; what it may not see is not counted."""
    shown = access.templates_shown_to(account).filter(pk__in=list(template_ids)[:MOST_USED])
    for template_id in shown.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            _note_use(account, template_id, at=at)


def note_files(
    doer: Doer, template: AnswerTemplate, before: list[str], after: list[str], *, at: datetime
) -> None:
    states = {"before": {"files": before}, "after": {"files": after}}
    _note(doer, template, Change.Deed.CHANGED, **states, at=at)


def is_code_taken(owner: Account | None, code: str, but: int | None = None) -> bool:
    same = AnswerTemplate.objects.owned_by(owner).filter(code_key=folded(code))
    return same.exclude(pk=but or 0).exists()


def state_of(template: AnswerTemplate) -> dict[str, Any]:
    """As the log of changes keeps it."""
    site = template.site.name if template.site else None
    return {**{name: getattr(template, name) for name in FIELDS}, "site": site}


def demand_right(doer: Doer, owner: Account | None) -> None:
    """Raises NoSuchTemplate."""
    if not access.keeps_templates_of(doer.account, owner):
        raise NoSuchTemplate


def _discard(files: Iterable[TemplateFile]) -> None:
    for kept in files:
        kept.file.delete(save=False)


def _demand_room(owner: Account | None, more: int) -> None:
    if more and AnswerTemplate.objects.owned_by(owner).count() + more > MOST:
        raise TooManyTemplates(MOST)


def locked_template(owner: Account | None, template_id: int) -> AnswerTemplate:
    """Raises NoSuchTemplate."""
    template = lock_template(owner, template_id)
    if template is None:
        raise NoSuchTemplate
    return template


def _write(template: AnswerTemplate, draft: TemplateDraft, *, at: datetime) -> None:
    for name in FIELDS:
        setattr(template, name, getattr(draft, name))
    template.site_id = draft.site
    template.code_key = folded(draft.code)
    template.changed_at = at
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError:
        raise TemplateCodeTaken(draft.code) from None


def _imported(
    there: Mapping[str, AnswerTemplate],
    owner: Account | None,
    draft: TemplateDraft,
    *,
    at: datetime,
) -> tuple[Subject, Change.Deed, dict[str, Any], dict[str, Any]]:
    template = there.get(folded(draft.code))
    deed = Change.Deed.ADDED if template is None else Change.Deed.CHANGED
    before = state_of(template) if template else {}
    template = template or AnswerTemplate(owner=owner, created_at=at, version=0)
    template.version += 1
    _write(template, draft, at=at)
    return _subject(template), deed, before, state_of(template)


def _note_use(account: Account, template_id: int, *, at: datetime) -> None:
    own = TemplateUse.objects.filter(account=account, template=template_id)
    if own.update(uses=F("uses") + 1, used_at=at):
        return
    try:
        with transaction.atomic():
            TemplateUse.objects.create(account=account, template_id=template_id, uses=1, used_at=at)
    except IntegrityError:  # counted at the same moment for the first time, or deleted just now
        own.update(uses=F("uses") + 1, used_at=at)


def _subject(template: AnswerTemplate) -> Subject:
    return Subject(Change.Kind.TEMPLATE, template.pk, str(template), template.version)


def _note(
    doer: Doer,
    template: AnswerTemplate,
    deed: Change.Deed,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime,
) -> None:
    """Of what all have in common; an operator's own are nobody else's business."""
    if template.owner_id is None:
        note_change(doer, _subject(template), deed, before=before, after=after, at=at)


def tell_changed(doer: Doer, owner: Account | None, *, at: datetime) -> None:
    """To whose browsers keep them."""
    owner_id = owner.pk if owner else None
    happened(TemplatesChanged(by_id=doer.account.pk, owner_id=owner_id, at=at))
