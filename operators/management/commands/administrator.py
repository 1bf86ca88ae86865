import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from operators.models import Account, Role


class Command(BaseCommand):
    help = "Create an administrator; the password is asked for, or read from the standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login")
        parser.add_argument("--name", help="shown to others; the login if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        login = options["login"].strip()
        if not login or Account.objects.filter(login=login).exists():
            raise CommandError(f"The login {login!r} is taken or empty.")
        password = self._password()
        name = options["name"] or login
        Account.objects.create_account(login, password, name=name, role=Role.ADMINISTRATOR)
        self.stdout.write(f"{login} may sign in now.")

    def _password(self) -> str:
        asks = sys.stdin.isatty()
        password = getpass("Password: ") if asks else sys.stdin.readline().rstrip("\n")
        try:
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
