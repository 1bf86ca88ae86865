from django.urls import include, path

from sphaera_support.administration import (
    accounts,
    departments,
    frame,
    installation,
    own_templates,
    schedule,
    shared_templates,
    sites,
)

of_shared_templates = [
    path("", shared_templates.templates, name="templates"),
    path("add/", shared_templates.add_template, name="add_template"),
    path("words/", shared_templates.template_words, name="template_words"),
    path("import/", shared_templates.import_template, name="import_template"),
    path("export/", shared_templates.export_template, name="export_template"),
    path("<int:pk>/", shared_templates.change_template, name="change_template"),
    path("<int:pk>/delete/", shared_templates.delete_template, name="delete_template"),
    path("<int:pk>/files/", shared_templates.add_file_to_template, name="add_file_to_template"),
    path(
        "<int:pk>/files/<int:file>/",
        shared_templates.take_file_from_template,
        name="take_file_from_template",
    ),
]
of_own_templates = [
    path("", own_templates.own_templates, name="own_templates"),
    path("add/", own_templates.add_own_template, name="add_own_template"),
    path("import/", own_templates.import_own_template, name="import_own_template"),
    path("export/", own_templates.export_own_template, name="export_own_template"),
    path("<int:pk>/", own_templates.change_own_template, name="change_own_template"),
    path("<int:pk>/delete/", own_templates.delete_own_template, name="delete_own_template"),
    path(
        "<int:pk>/files/", own_templates.add_file_to_own_template, name="add_file_to_own_template"
    ),
    path(
        "<int:pk>/files/<int:file>/",
        own_templates.take_file_from_own_template,
        name="take_file_from_own_template",
    ),
]
urlpatterns = [
    path("settings/templates/", include(of_shared_templates)),
    path("profile/templates/", include(of_own_templates)),
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
    path("sites/", sites.sites, name="sites"),
    path("sites/add/", sites.add_site, name="add_site"),
    path("sites/<int:pk>/", sites.change_site, name="change_site"),
    path("sites/<int:pk>/appearance/", sites.change_appearance, name="site_appearance"),
    path("sites/<int:pk>/domains/", sites.change_domains, name="site_domains"),
    path("sites/<int:pk>/code/", installation.code, name="site_code"),
    path("sites/<int:pk>/keys/", installation.keys, name="site_keys"),
    path("sites/<int:pk>/keys/show/", installation.show_secret, name="show_secret"),
    path("sites/<int:pk>/keys/end/", installation.end_previous_secret, name="end_secret"),
    path("sites/<int:pk>/check/", installation.check, name="site_check"),
    path("sites/<int:pk>/check/<int:seen>/", installation.allow_origin, name="allow_origin"),
    path("sites/<int:pk>/deactivate/", sites.deactivate_site, name="deactivate_site"),
    path("sites/<int:pk>/activate/", sites.activate_site, name="activate_site"),
    path("sites/<int:pk>/delete/", sites.delete_site, name="delete_site"),
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
