"""Views of the list that one of the staff keeps: saved, renamed, put in order, deleted by them."""

from django.db import transaction

from chat.actions.locks import lock_saved_views
from chat.actions.ordering import swap
from chat.models import SavedView
from chat.text import clean_line, folded
from chat.tickets import view_errors as errors
from chat.tickets.finding import BUILT_IN, Wanted, address_of
from operators.models import Account

_CUT = 10_000  # characters: longer titles are not even counted


def save_view(account: Account, title: str, wanted: Wanted) -> SavedView:
    """The last of theirs. Raises a Refusal."""
    title, address = _cleaned(title), address_of(wanted)
    if not address:
        raise errors.NothingNarrowed
    with transaction.atomic():
        views = lock_saved_views(account)
        if len(views) >= SavedView.MOST:
            raise errors.TooManyViews(SavedView.MOST)
        _demand_free(title, views)
        position = 1 + max((one.position for one in views), default=0)
        return SavedView.objects.create(
            account=account,
            title=title,
            title_key=folded(title),
            address=address,
            position=position,
        )


def rename_view(account: Account, key: int, title: str) -> None:
    """Raises a Refusal."""
    title = _cleaned(title)
    with transaction.atomic():
        views = lock_saved_views(account)
        view = _of(views, key)
        _demand_free(title, [one for one in views if one != view])
        view.title, view.title_key = title, folded(title)
        view.save(update_fields=["title", "title_key"])


def move_view(account: Account, key: int, *, up: bool) -> None:
    """Past its neighbour, if it has one there. Raises NoSuchView."""
    with transaction.atomic():
        views = lock_saved_views(account)
        swap(views, _of(views, key), up=up)


def delete_view(account: Account, key: int) -> None:
    """Raises NoSuchView."""
    with transaction.atomic():
        _of(lock_saved_views(account), key).delete()


def _cleaned(title: str) -> str:
    """As it is kept. Raises a Refusal."""
    title = clean_line(title, _CUT)
    if not title:
        raise errors.ViewTitleMissing
    if len(title) > SavedView.LONGEST_TITLE:
        raise errors.ViewTitleTooLong(SavedView.LONGEST_TITLE, len(title))
    return title


def _demand_free(title: str, views: list[SavedView]) -> None:
    """Raises ViewTitleTaken."""
    taken = {one.title_key: one.title for one in views}
    taken |= {folded(str(title)): str(title) for title in BUILT_IN}
    if folded(title) in taken:
        raise errors.ViewTitleTaken(taken[folded(title)])


def _of(views: list[SavedView], key: int) -> SavedView:
    view = next((one for one in views if one.pk == key), None)
    if view is None:
        raise errors.NoSuchView
    return view
