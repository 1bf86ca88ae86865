"""Who is blocked, and which addresses are left alone."""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import blocks as actions
from chat.actions.blocks import ExclusionChange
from chat.actions.changes import ChangedMeanwhile
from chat.actions.errors import CoversOwnAddress, NotBlocked
from chat.barriers import read_excluded
from chat.models import Block
from chat.text import clean_line, folded, is_blank
from chat.wire.lines import blocked_for
from operators.access import account_of, administrator_page
from operators.addresses import (
    BadNetwork,
    Network,
    client_address,
    parse_network,
    read_networks,
    shown_network,
)
from sphaera_support.administration.frame import (
    AdministrationForm,
    checked,
    doer_of,
    form_page,
    page,
    posted,
    said_in,
    saved,
)

MOST_SHOWN = 200
LONGEST = 20_000  # characters typed, so that nobody is kept waiting
MOST_NETWORKS = 1000
MOST_TOLD = 10  # wrong lines


@require_safe
@administrator_page("settings")
def blocks(request: HttpRequest) -> HttpResponse:
    """Those in force first, each with who did it; what is looked for is found in all of them."""
    at, asked = timezone.now(), clean_line(request.GET.get("q", ""), 150)
    rows = [_row(block, is_on=block.is_in_force(at)) for block in _found(asked)]
    rows.sort(key=lambda row: not row["is_on"])
    context = {"rows": rows[:MOST_SHOWN], "asked": asked, "more": len(rows) > MOST_SHOWN}
    return page(request, "blocks.html", context)


def _found(asked: str) -> Iterable[Block]:
    """Compared in Python: SQLite knows the case of Latin letters only."""
    wanted = folded(asked)
    for block in Block.objects.select_related("site", "by", "lifted_by", "conversation"):
        told = (block.visitor_name, block.subject, block.network, block.reason, block.by.name)
        if wanted in folded(" ".join(told)):
            yield block


def _row(block: Block, *, is_on: bool) -> dict[str, Any]:
    return {"block": block, "is_on": is_on, "term": blocked_for(block.term, block.network)}


@require_POST
@administrator_page("settings")
def lift_block(request: HttpRequest, pk: int) -> HttpResponse:
    # Another was quicker, or its term is over: what was wanted is so.
    with suppress(NotBlocked):
        actions.lift_block(account_of(request), pk, at=timezone.now())
    return saved("blocks")


class NetworksField(forms.Field):
    """Addresses, networks and ranges, one a line. All lines that are wrong are named at once."""

    widget = forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocapitalize": "none"})

    def to_python(self, value: Any) -> list[Network]:
        text = str(value or "")
        if len(text) > LONGEST:
            raise ValidationError(_("Слишком много текста: по одному адресу в строке."))
        found: dict[Network, None] = {}
        wrong = []
        for number, line in enumerate(text.splitlines(), start=1):
            if is_blank(line):
                continue
            try:
                found |= dict.fromkeys(read_networks(line))
            except BadNetwork as bad:
                told = {"number": number, "line": line.strip()[:60], "why": bad.words}
                wrong.append(gettext("Строка %(number)s, «%(line)s»: %(why)s.") % told)
        if wrong:
            more = len(wrong) - MOST_TOLD
            rest = [gettext("И ещё строк с ошибками: %s.") % more] if more > 0 else []
            raise ValidationError(" ".join(wrong[:MOST_TOLD] + rest))
        if len(found) > MOST_NETWORKS:
            raise ValidationError(_("Не больше %(most)s адресов.") % {"most": MOST_NETWORKS})
        return list(found)


class ExcludedForm(AdministrationForm):
    addresses = NetworksField(
        label=_("Адреса"),
        required=False,
        help_text=_(
            "По одному в строке: адрес, сеть (10.0.0.0/24) или диапазон (10.0.0.5-10.0.0.20)."
        ),
    )

    @property
    def leaves_alone(self) -> bool:
        """Whether it is saved all the same where they insist."""
        return isinstance(self.refusal, CoversOwnAddress)

    @property
    def meanwhile(self) -> list[str]:
        is_stale = isinstance(self.refusal, ChangedMeanwhile)
        return [_told(change) for change in actions.changes_of_excluded()[self.shown :]] * is_stale


def _told(change: ExclusionChange) -> str:
    what = gettext("добавлено") if change.is_added else gettext("убрано")
    return f"{change.by.name}, {localtime(change.at):%H:%M}: {what} {_shown(change.network)}"


def _shown(text: str) -> str:
    network = parse_network(text)
    return shown_network(network) if network else text


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def excluded_addresses(request: HttpRequest) -> HttpResponse:
    form = ExcludedForm(
        posted(request),
        version=len(actions.changes_of_excluded()),
        initial={"addresses": "\n".join(map(shown_network, read_excluded()))},
    )
    if (words := checked(request, form)) is not None:
        return words
    exclude = partial(
        actions.exclude_addresses,
        doer_of(request),
        even_own="even_alone" in request.POST,
        at=timezone.now(),
    )
    if form.is_sent and said_in(
        form, lambda: exclude(form.cleaned_data["addresses"], shown=form.shown)
    ):
        return saved("excluded_addresses")
    context = {"back": reverse("excluded_addresses"), "own": client_address(request)}
    return form_page(request, "excluded.html", form, context)
