"""What notices of staff may say, and whether any of them leave the installation."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.locks import lock_notice_rules
from chat.events import NoticeRulesChanged
from chat.happened import happened
from chat.models import NoticeRules, PushNotice, PushSubscription
from chat.notices import wanted
from chat.notices.vapid import new_push_key
from chat.streams import after_commit
from operators.models import Change


@dataclass(frozen=True)
class NoticesDraft:
    hides_text: bool
    pushes: bool


def change_notices(doer: Doer, draft: NoticesDraft, *, shown: int, at: datetime) -> None:
    """`shown` is the version of the form. Switched off, no browser is known any more. Raises
    ChangedMeanwhile.
    """
    with transaction.atomic():
        rules = lock_notice_rules()
        demand_version(subject_of(rules), shown)
        before = _state(rules)
        rules.hides_text, rules.pushes = draft.hides_text, draft.pushes
        if not rules.pushes:
            PushNotice.objects.all().delete()
            PushSubscription.objects.all().delete()
        elif not rules.push_key:
            rules.push_key = new_push_key()
        rules.version += 1
        rules.save()
        subject = subject_of(rules)
        note_change(doer, subject, Change.Deed.CHANGED, before=before, after=_state(rules), at=at)
        after_commit(wanted.read)
        happened(NoticeRulesChanged(rules=rules, by_id=doer.account.pk, at=at))


def subject_of(rules: NoticeRules) -> Subject:
    return Subject(Change.Kind.NOTICES, 1, str(_("Уведомления")), rules.version)


def _state(rules: NoticeRules) -> dict[str, bool]:
    return {"hides_text": rules.hides_text, "pushes": rules.pushes}
