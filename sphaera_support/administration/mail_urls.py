"""Letters, in the settings."""

from django.urls import path

from sphaera_support.administration import mail

urlpatterns = [
    path("", mail.mail, name="mail"),
    path("trial/", mail.send_trial, name="send_trial_letter"),
    path("<int:pk>/again/", mail.send_letter_again, name="send_letter_again"),
    path("<int:pk>/give-up/", mail.give_up_letter, name="give_up_letter"),
]
