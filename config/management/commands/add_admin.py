"""Makes an admin and prints the link with which they choose their password: how a new Salvor gets its first one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.refusals import Refused
from accounts.services.founding import add_admin
from accounts.services.invite import link_for

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Makes an admin and prints a link, good once, with which they choose their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help='such as "Ada Admin"')
        parser.add_argument("--email", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            user = add_admin(name=options["name"], email=options["email"], now=timezone.now())
        except ValidationError as error:
            raise CommandError(f"{options['email']} is no e-mail address.") from error
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{user.name} is an admin. Open this once, to choose a password:\n{link_for(user)}")
