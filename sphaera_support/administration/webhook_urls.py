"""Outlets to other systems, in the settings."""

from django.urls import path

from sphaera_support.administration import webhook_log, webhooks

urlpatterns = [
    path("", webhooks.webhooks, name="webhooks"),
    path("add/", webhooks.add_webhook, name="add_webhook"),
    path("<int:pk>/", webhooks.change_webhook, name="change_webhook"),
    path("<int:pk>/secret/", webhooks.renew_secret, name="renew_webhook_secret"),
    path("<int:pk>/switch/", webhooks.switch_webhook, name="switch_webhook"),
    path("<int:pk>/delete/", webhooks.delete_webhook, name="delete_webhook"),
    path("<int:pk>/test/", webhook_log.test_webhook, name="test_webhook"),
    path("<int:pk>/log/", webhook_log.deliveries, name="webhook_log"),
    path("<int:pk>/log/again/", webhook_log.send_all_again, name="send_webhook_log_again"),
    path("<int:pk>/log/<int:delivery>/", webhook_log.delivery, name="webhook_delivery"),
    path(
        "<int:pk>/log/<int:delivery>/again/",
        webhook_log.send_again,
        name="send_webhook_delivery_again",
    ),
]
