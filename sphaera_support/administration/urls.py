from django.urls import path

from sphaera_support.administration import accounts

urlpatterns = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<int:pk>/deactivate/", accounts.deactivate_account, name="deactivate_account"),
    path("accounts/<int:pk>/activate/", accounts.activate_account, name="activate_account"),
]
