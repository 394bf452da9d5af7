"""Logging in, one's own account, and everybody's accounts."""

from __future__ import annotations

import hashlib
import io
import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import qrcode
import qrcode.image.svg
from django import forms
from django.contrib import auth, messages
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.models import Group, User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import devices_for_user, match_token, user_has_device
from django_otp import login as otp_login
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from bot.review import audit
from bot.review.access import GROUPS, OWN, needs
from bot.review.config import config
from bot.review.models import SetupLink

#: How long a set-up link can be used.
LINK_LASTS = timedelta(days=3)
SPARE_CODES = 8


# ------------------------------------------------------------------ set-up links


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(user: User | None) -> str:
    """A new one-time link to choose a password; older ones of the same account stop working."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        SetupLink.objects.filter(user=user, used_at=None).delete()
        SetupLink.objects.create(digest=_digest(token), user=user, expires_at=datetime.now(UTC) + LINK_LASTS)
    return config().address + reverse("set_up", args=[token])


def first_link() -> str | None:
    """The link for the first account; None when there is an account that can log in."""
    if User.objects.filter(is_active=True).exists():
        return None
    return make_link(None)


if TYPE_CHECKING:
    _SetPassword = SetPasswordForm[User]
else:
    _SetPassword = SetPasswordForm


class FirstAccount(_SetPassword):
    """Name and password of the first account."""

    username = forms.CharField(
        label="Your user name",
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    field_order = ("username", "new_password1", "new_password2")


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """Chooses the password of an account, by a one-time link."""
    link = SetupLink.objects.filter(
        digest=_digest(token), used_at=None, expires_at__gt=datetime.now(UTC)
    ).first()
    if link is None or (link.user is None and User.objects.filter(is_active=True).exists()):
        return render(request, "review/link_used.html", status=410)
    account = link.user or User()
    form: SetPasswordForm[User] = (FirstAccount if link.user is None else SetPasswordForm)(
        account, request.POST or None
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            used = SetupLink.objects.filter(pk=link.pk, used_at=None).update(used_at=datetime.now(UTC))
            if not used:
                return render(request, "review/link_used.html", status=410)
            if link.user is None:
                account.username = form.cleaned_data["username"]
                account.set_password(form.cleaned_data["new_password1"])
                account.save()
                account.groups.set(Group.objects.filter(name="admin"))
            else:
                form.save()
        auth.login(request, account, backend="django.contrib.auth.backends.ModelBackend")
        audit.write(request, "password set", detail="by set-up link")
        return redirect("queue")
    return render(
        request, "review/form_page.html", {"form": form, "title": "Choose your password", "button": "Save"}
    )


# ------------------------------------------------------------------ logging in


class Login(LoginView):
    """Name and password; a second factor is asked for on the next page."""

    template_name = "review/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Logs in and writes it down."""
        response = super().form_valid(form)
        audit.write(self.request, "logged in")
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Writes it down, without the name: it may be a password in the wrong field."""
        audit.write(self.request, "login failed")
        return super().form_invalid(form)


def locked_out(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """What somebody sees after too many wrong passwords."""
    audit.write(request, "locked out")
    message = "Too many wrong passwords. Please wait a quarter of an hour, or ask for a new set-up link."
    return render(request, "review/refused.html", {"message": message}, status=429)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    if request.user.is_authenticated:
        audit.write(request, "logged out")
    auth.logout(request)
    return redirect("login")


class CodeForm(forms.Form):
    """Six digits of the app, or a spare code."""

    code = forms.CharField(
        label="Code",
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
        help_text="The six digits that your app shows now, or one of your spare codes.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Asks for the code. Wrong ones make the next try wait (django-otp)."""
    if not isinstance(request.user, User):
        return redirect("login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = match_token(request.user, form.cleaned_data["code"].strip())
        if device is not None:
            otp_login(request, device)
            return redirect("queue")
        audit.write(request, "wrong code")
        form.add_error(
            "code", "That code is not right, or it came too soon after a wrong one. Try the next one."
        )
    return render(
        request,
        "review/form_page.html",
        {"form": form, "title": "Your second factor", "button": "Go on", "may_log_out": True},
    )


# ------------------------------------------------------------------ one's own account


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@needs(OWN)
def account(request: HttpRequest) -> HttpResponse:
    """One's own password and second factor."""
    assert isinstance(request.user, User)
    wish = request.POST.get("wish", "")
    password = PasswordChangeForm(request.user, request.POST if wish == "password" else None)
    code = CodeForm(request.POST if wish == "confirm" else None)
    device = TOTPDevice.objects.filter(user=request.user).order_by("-confirmed").first()
    if wish == "password" and password.is_valid():
        password.save()
        auth.update_session_auth_hash(request, request.user)
        audit.write(request, "password changed")
        messages.success(request, "Your password is changed.")
        return redirect("account")
    if wish == "begin" and device is None:
        TOTPDevice.objects.create(user=request.user, name="app", confirmed=False)
        return redirect("account")
    if wish == "confirm" and device is not None and not device.confirmed and code.is_valid():
        if device.verify_token(code.cleaned_data["code"].strip()):
            device.confirmed = True
            device.save()
            otp_login(request, device)
            audit.write(request, "second factor added")
            return render(request, "review/spare_codes.html", {"codes": _spare_codes(request.user)})
        code.add_error("code", "That code is not right. Wait for the next one and try again.")
    if wish == "remove":
        _remove_factor(request.user)
        audit.write(request, "second factor removed")
        messages.success(request, "Your second factor is removed.")
        return redirect("account")
    return render(
        request,
        "review/account.html",
        {
            "password": password,
            "code": code,
            "device": device,
            "secret": _spaced(device) if device and not device.confirmed else "",
            "required": config().second_factor_required and not user_has_device(request.user),
        },
    )


def _spaced(device: TOTPDevice) -> str:
    from base64 import b32encode

    key = b32encode(device.bin_key).decode()
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


@needs(OWN)
def factor_image(request: HttpRequest) -> HttpResponse:
    """The picture that the app scans, only while the second factor is being set up."""
    assert isinstance(request.user, User)
    device = get_object_or_404(TOTPDevice, user=request.user, confirmed=False)
    picture = qrcode.make(device.config_url, image_factory=qrcode.image.svg.SvgPathImage, box_size=12)
    out = io.BytesIO()
    picture.save(out)
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


def _spare_codes(user: User) -> list[str]:
    device, _ = StaticDevice.objects.get_or_create(user=user, name="spare codes")
    device.token_set.all().delete()
    codes = [StaticToken.random_token() for _ in range(SPARE_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


def _remove_factor(user: User) -> None:
    for device in devices_for_user(user, confirmed=None):
        device.delete()


# ------------------------------------------------------------------ everybody's accounts


class NewAccount(forms.Form):
    """Name and group of a new account."""

    username = forms.CharField(label="User name", max_length=150, validators=[UnicodeUsernameValidator()])
    group = forms.ChoiceField(label="May", choices=[])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = list(GROUP_WORDS.items())  # type: ignore[attr-defined]

    def clean_username(self) -> str:
        """A name is given once."""
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError("There is an account with this name already.")
        return name


GROUP_WORDS = {
    "viewer": "viewer: read, redacted",
    "reviewer": "reviewer: read, judge, see original words, download",
    "admin": "admin: everything, also accounts, erasing and the audit",
}


def invite(name: str, group: str) -> str:
    """Makes an account without a password (or finds it), puts it into a group, and returns a set-up link."""
    if group not in GROUPS:
        raise ValueError(f"The group must be one of {', '.join(GROUPS)}.")
    user, made = User.objects.get_or_create(username=name)
    if made:
        user.set_unusable_password()
        user.save()
    user.groups.set(Group.objects.filter(name=group))
    return make_link(user)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("manage")
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts, and a form for a new one."""
    form = NewAccount(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        link = invite(form.cleaned_data["username"], form.cleaned_data["group"])
        audit.write(
            request, "account made", detail=f"{form.cleaned_data['username']}: {form.cleaned_data['group']}"
        )
        form = NewAccount()
    people = User.objects.order_by("username").prefetch_related("groups")
    return render(
        request,
        "review/accounts.html",
        {
            "here": "accounts",
            "form": form,
            "link": link,
            "people": [(user, next(iter(user.groups.all()), None), user_has_device(user)) for user in people],
            "groups": GROUP_WORDS,
        },
    )


@require_POST
@needs("manage")
def account_change(request: HttpRequest, number: int) -> HttpResponse:
    """Changes the group of an account, closes or opens it, or makes a new set-up link for it."""
    user = get_object_or_404(User, pk=number)
    wish = request.POST.get("wish", "")
    if user == request.user and wish in ("group", "close"):
        messages.error(request, "You cannot change your own group or close your own account.")
        return redirect("accounts")
    if wish == "group" and request.POST.get("group") in GROUPS:
        user.groups.set(Group.objects.filter(name=request.POST["group"]))
    elif wish in ("close", "open"):
        user.is_active = wish == "open"
        user.save()
    elif wish == "factor":
        _remove_factor(user)
    elif wish == "link":
        link = make_link(user)
        audit.write(request, "set-up link made", detail=user.username)
        return render(request, "review/link.html", {"link": link, "person": user})
    else:
        messages.error(request, "That cannot be done.")
        return redirect("accounts")
    audit.write(
        request, "account changed", detail=f"{user.username}: {wish} {request.POST.get('group', '')}".strip()
    )
    messages.success(request, f"The account {user.username} is changed.")
    return redirect("accounts")
