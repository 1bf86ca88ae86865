"""How visitors of each site are asked to rate a conversation."""

from datetime import timedelta
from functools import partial

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from chat.actions.sites import change_site
from departments.models import Scale, Site
from operators.access import administrator_page
from sphaera_support.administration.fields import LineField
from sphaera_support.administration.frame import checked, doer_of, form_page, posted, said_in, saved
from sphaera_support.administration.sites import MINUTE, SiteForm, found

LONGEST_PAUSE = timedelta(days=1)


class RatingForm(SiteForm):
    rating_scale = forms.ChoiceField(
        label=_("Шкала"),
        choices=Scale.choices,
        help_text=_("Для следующих запросов: уже отправленные и оценённые остаются как были."),
    )
    rating_question = LineField(
        label=_("Вопрос"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("Оцените консультацию")}),
    )
    rating_thanks = LineField(
        label=_("Благодарность"),
        required=False,
        max_length=300,
        help_text=_("Посетитель читает её под своей оценкой."),
        widget=forms.TextInput(
            attrs={"placeholder": _("Спасибо! Ваша оценка поможет нам стать лучше.")}
        ),
    )
    rating_pause = forms.IntegerField(
        label=_("Пауза между запросами"),
        min_value=0,
        max_value=LONGEST_PAUSE // MINUTE,
        help_text=_("Минут, за которые в одном обращении запросят не больше двух раз."),
    )
    rates_at_closing = forms.BooleanField(
        label=_("Запрашивать при закрытии"),
        required=False,
        help_text=_("Само, если об этом операторе в обращении ещё не спрашивали."),
    )
    shows_ratings = forms.BooleanField(
        label=_("Показывать оценку оператору"),
        required=False,
        help_text=_("Оценку и комментарий видно в переписке. Иначе видно только, что она есть."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def rating(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Of the first site there is, unless one is named."""
    site = Site.objects.order_by("pk").first() if pk is None else found(pk)
    if site is None:
        raise Http404
    form = RatingForm(posted(request), site=site)
    if (words := checked(request, form)) is not None:
        return words
    change = partial(change_site, doer_of(request), site.pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.fields_typed, shown=form.shown)):
        return saved("rating") if pk is None else saved("rating_of_site", pk)
    sites = Site.objects.order_by("name", "pk")
    context = {"site": site, "sites": sites, "back": reverse("rating")}
    return form_page(request, "rating.html", form, context)
