"""Take a person's account elsewhere away, or the second factor: both are set up anew at the next sign-in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q

from learners.models import Learner


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", help="HR number or e-mail address")
        parser.add_argument("--second-factor", action="store_true", help="the second factor, not the account elsewhere")

    def handle(self, person: str, second_factor: bool, **options: Any) -> None:
        learner = Learner.objects.filter(Q(hr_number=person) | Q(email__iexact=person)).first()
        if learner is None:
            raise CommandError("Nobody is known by that.")
        model = Authenticator if second_factor else SocialAccount
        number, _by_model = model.objects.filter(user=learner).delete()
        self.stdout.write(f"{number} taken away")
