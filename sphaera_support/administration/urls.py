from django.urls import path

from sphaera_support.administration import accounts, departments, frame

urlpatterns = [
    path("settings/", frame.first_settings, name="settings"),
    path("settings/departments/", departments.departments, name="departments"),
    path("settings/departments/add/", departments.add_department, name="add_department"),
    path("settings/departments/<int:pk>/", departments.change_department, name="change_department"),
    path(
        "settings/departments/<int:pk>/move/", departments.move_department, name="move_department"
    ),
    path(
        "settings/departments/<int:pk>/delete/",
        departments.delete_department,
        name="delete_department",
    ),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/<int:pk>/deactivate/", accounts.deactivate_account, name="deactivate_account"),
    path("accounts/<int:pk>/activate/", accounts.activate_account, name="activate_account"),
]
