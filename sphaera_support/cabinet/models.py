from django.db import models

from operators.models import Account


class Customer(models.Model):
    """What the support site knows of a customer beyond the account."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="customer")
    full_name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    contract = models.CharField(max_length=60, blank=True)
    plan = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.full_name

    @property
    def salutation(self) -> str:
        """«Марина Сергеевна» of «Орлова Марина Сергеевна»; the whole name when it is shorter."""
        words = self.full_name.split()
        return " ".join(words[1:]) if len(words) > 2 else self.full_name
