"""The letter with a link for signing in, which is made as it is sent and lies nowhere before."""

from datetime import datetime
from functools import partial

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from chat.actions.accounts import subject_of
from chat.actions.changes import Doer, note_change
from chat.mail.drafts import Draft, NotWanted
from chat.models import Letter
from operators.models import Account, Change


def password_mark(account: Account) -> str:
    """Another one once its password is, or it has signed in: a link would be void then too."""
    return salted_hmac("chat.mail.link", f"{account.password}{account.last_login}").hexdigest()


def write_link(letter: Letter, at: datetime) -> Draft:
    """Raises NotWanted."""
    account = letter.account
    if account is None or not account.is_active or account.deleted_at is not None:
        raise NotWanted(_("Аккаунт отключён."))
    if account.email != letter.address:
        raise NotWanted(_("У аккаунта теперь другая эл. почта: отправьте ссылку снова."))
    if not constant_time_compare(password_mark(account), letter.data["mark"]):
        raise NotWanted(_("Пароль уже задан или вход уже был: ссылка не нужна."))
    proof = default_token_generator.make_token(account)
    link = letter.data["origin"] + reverse("sign_in_link", args=[account.pk, proof])
    told = {"name": account.name, "login": account.login, "link": link}
    note = partial(_note, account, letter.data["by"])
    return Draft(_("Вход в СФЕРА Поддержка"), "link", told, note=note)


def _note(account: Account, by: int, at: datetime) -> None:
    doer = Doer(Account.objects.get(pk=by))
    note_change(doer, subject_of(account), Change.Deed.LINK_SENT, at=at)
