from django.urls import path

from sphaera_support.administration import accounts, departments, frame, schedule

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
    path("sites/<int:pk>/schedule/", schedule.site_schedule, name="site_schedule"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/add/", accounts.add_account, name="add_account"),
    path("accounts/<int:pk>/", accounts.change_account, name="change_account"),
    path("accounts/<int:pk>/delete/", accounts.delete_account, name="delete_account"),
    path("accounts/<int:pk>/link/", accounts.make_sign_in_link, name="make_sign_in_link"),
    path("accounts/<int:pk>/sign-out/", accounts.sign_out_everywhere, name="sign_out_everywhere"),
    path("accounts/<int:pk>/deactivate/", accounts.deactivate_account, name="deactivate_account"),
    path("accounts/<int:pk>/activate/", accounts.activate_account, name="activate_account"),
]
