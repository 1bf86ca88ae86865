"""Signing in on the staff's side, and the photos of staff."""

from django.contrib import auth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from operators import photos
from operators.forms import SignInForm
from operators.models import Account, Role

STAFF = {Role.ADMINISTRATOR, Role.OPERATOR}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@gzip_page
def sign_in(request: HttpRequest) -> HttpResponse:
    target = _local(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST":
        if isinstance(request.user, Account):
            return redirect(target)
        form = SignInForm(request, STAFF)
        return render(request, "sign_in/login.html", {"form": form, "next": target})
    form = SignInForm(request, STAFF, request.POST)
    if not form.is_valid() or form.account is None:
        return form.refuse(render(request, "sign_in/login.html", {"form": form, "next": target}))
    log_in(request, form.account)
    return redirect(target)


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """The form with a fresh proof, for one that was posted without a good one."""
    target = _local(request, request.POST.get("next", ""))
    context = {"form": SignInForm.again(request, STAFF), "next": target}
    return render(request, "sign_in/login.html", context, status=403)


def log_in(request: HttpRequest, account: Account) -> None:
    """A new session; the browser's proof of its forms stays, and with it every open page.

    The proof is the browser's, not a person's: whoever knows one from before still posts from a
    foreign page, which the check of the origin and SameSite refuse without it.
    """
    secret = request.META.get("CSRF_COOKIE")
    auth.login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    if secret:
        request.META["CSRF_COOKIE"] = secret


def _local(request: HttpRequest, target: str) -> str:
    """Where to go after signing in: a path of ours, else the zone."""
    is_safe = target.startswith("/") and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if is_safe else "/chat/"


@require_safe
def photo(_request: HttpRequest, key: str) -> HttpResponse:
    """For whoever was told its address, which nobody guesses: visitors have no session to ask for.
    Another photo has another address, so this one may be kept.
    """
    account = get_object_or_404(Account.objects.staff(), photo=photos.name_at(key))
    try:
        with account.photo.open() as file:
            response = HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError as gone:
        raise Http404 from gone
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
