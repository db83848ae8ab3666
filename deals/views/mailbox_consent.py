"""Connecting a mailbox on its provider's own consent page: the way there, and what comes back.

What was begun is kept in the session, and only its own ``state`` brings it to an end. The way there is a link, not a form that
sends on: ``form-action`` of our Content-Security-Policy lets no form end up elsewhere.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.refusals import Refused
from deals.foreign_words import foreign_words
from deals.intake.mailboxes import grants, providers
from deals.intake.mailboxes.faults import MailboxFault, TokenRefused
from deals.mailbox_forms import ConnectForm
from deals.models import Mailbox
from deals.services import mailboxes as service
from deals.views.mailboxes import changeable, home_of, may_look, teams_to_add_for, will_be_read

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.requests import PersonRequest
    from deals.intake.mailboxes.providers import Provider

BEGUN = "mailbox_consent"


@require_http_methods(["GET", "POST"])
def connect(request: PersonRequest, provider: str) -> HttpResponse:
    form = ConnectForm(request.POST if request.method == "POST" else None, initial={"address": request.user.email})
    return _ask(request, _configured(provider), form, "mailboxes")


@require_http_methods(["GET", "POST"])
def connect_team(request: PersonRequest, provider: str) -> HttpResponse:
    may_look(request)
    form = ConnectForm(request.POST if request.method == "POST" else None, teams=teams_to_add_for(request.user))
    return _ask(request, _configured(provider), form, "team-mailboxes")


@require_POST
def connect_again(request: PersonRequest, pk: int, provider: str) -> HttpResponse:
    """One that is here already, whatever it was read by so far."""
    mailbox, asked = changeable(request, pk), _configured(provider)
    login = mailbox.login if mailbox.host == asked.known.host else mailbox.address
    return _go_on(request, asked, home_of(mailbox), address=mailbox.address, login=login, mailbox=mailbox.pk)


@require_GET
def connected(request: PersonRequest, provider: str) -> HttpResponse:
    """Where the provider sends its answer. Tried out like a password before it is kept."""
    asked, begun = _configured(provider), request.session.get(BEGUN) or {}
    words = {"provider": asked.name}
    if begun.get("provider") != provider or not constant_time_compare(begun.get("state", ""), request.GET.get("state", "")):
        messages.error(request, _("This answer of %(provider)s belongs to nothing you began here last: connect once more.") % words)
        return redirect("mailboxes")
    del request.session[BEGUN]
    try:
        _refuse_a_no(request, asked)
        read = _keep(request, asked, begun)
    except TokenRefused:
        words |= {"host": asked.known.host, "login": begun["login"]}
        sentence = _("%(host)s does not let %(login)s in: log in with %(provider)s by this very address, and see there that IMAP is allowed.")
        messages.error(request, _("Nothing was connected. ") + sentence % words)
    except (MailboxFault, Refused) as wrong:
        messages.error(request, _("Nothing was connected. ") + str(wrong))
    else:
        messages.success(request, _("%(address)s is connected. ") % begun + read)
    return redirect(begun["home"])


def _configured(key: str) -> Provider:
    found = providers.configured(key)
    if found is None:
        raise Http404
    return found


def _ask(request: PersonRequest, provider: Provider, form: ConnectForm, home: str) -> HttpResponse:
    """For which address, and whose it is."""
    if request.method == "POST" and form.is_valid():
        address, team = form.cleaned_data["address"].strip().lower(), form.cleaned_data.get("team")
        try:
            service.refuse_addresses_of_others(address, None if team else request.user.pk)
        except Refused as refusal:
            form.add_error("address", str(refusal))
        else:
            return _go_on(request, provider, home, address=address, login=address, team=team.pk if team else None)
    context = {"form": form, "provider": provider, "home": home}
    return render(request, "deals/mailboxes/connect.html", context, status=422 if form.errors else 200)


def _go_on(request: PersonRequest, provider: Provider, home: str, **about: Any) -> HttpResponse:
    state, verifier = secrets.token_urlsafe(32), grants.new_verifier()
    request.session[BEGUN] = {"provider": provider.key, "state": state, "verifier": verifier, "home": home, **about}
    url = grants.consent_url(provider, redirect_uri=_comes_back_to(provider), state=state, verifier=verifier, address=about["login"])
    return render(request, "deals/mailboxes/go_on.html", {"provider": provider, "home": home, "url": url, **about})


def _comes_back_to(provider: Provider) -> str:
    """Made of SITE_URL, never of the Host header: the provider knows this one alone."""
    return settings.SITE_URL + reverse("mailbox-connected", args=[provider.key])


def _refuse_a_no(request: PersonRequest, provider: Provider) -> None:
    error = foreign_words(request.GET.get("error", ""))
    if error == "access_denied":
        raise Refused(_("%(provider)s says that it was not allowed.") % {"provider": provider.name})
    if error:
        said = foreign_words(request.GET.get("error_description", "")) or error
        raise Refused(_("%(provider)s says: %(said)s") % {"provider": provider.name, "said": said[:200]})
    if not request.GET.get("code"):
        raise Refused(_("%(provider)s sent no permission along: connect once more.") % {"provider": provider.name})


def _keep(request: PersonRequest, provider: Provider, begun: dict[str, Any]) -> str:
    """What will be read of it, as a sentence. Raises MailboxFault and Refused, and answers 404 for what this person may no longer change."""
    user, now = request.user, timezone.now()
    mailbox = changeable(request, begun["mailbox"]) if begun.get("mailbox") else None
    team = teams_to_add_for(user).filter(pk=begun["team"]).first() if begun.get("team") else None
    if begun.get("team") and team is None:
        raise Refused(_("You no longer manage this team: ask its manager or an admin to connect its mailbox."))
    tokens = grants.exchange(provider, code=request.GET["code"], verifier=begun["verifier"], redirect_uri=_comes_back_to(provider), now=now)
    known = provider.known
    way_in = {"address": begun["address"], "login": begun["login"], "host": known.host, "port": known.port, "security": known.security}
    way_in |= {"log_in_by": Mailbox.LogInBy.TOKEN, "provider": provider.key, "token_expires_at": tokens.expires_at}
    found = service.try_out(mailbox=Mailbox(**way_in), secret=tokens.access)
    if mailbox is None:
        service.add(by=user, team=team, secret=tokens.access, refresh=tokens.refresh, now=now, **way_in)
    else:
        service.change(mailbox=mailbox, by=user, secret=tokens.access, refresh=tokens.refresh, now=now, **way_in)
    return will_be_read(found, mailbox)
