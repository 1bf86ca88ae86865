"""Plans, contracts and criticality in the settings."""

from django.urls import path

from sphaera_support.administration import contracts, plans

urlpatterns = [
    path("plans/", plans.plans, name="plans"),
    path("plans/add/", plans.add_plan, name="add_plan"),
    path("plans/<int:pk>/", plans.change_plan, name="change_plan"),
    path("plans/<int:pk>/delete/", plans.delete_plan, name="delete_plan"),
    path("contracts/", contracts.contracts, name="contracts"),
    path("contracts/add/", contracts.add_contract, name="add_contract"),
    path("contracts/import/", contracts.import_contracts, name="import_contracts"),
    path("contracts/<int:pk>/", contracts.change_contract, name="change_contract"),
    path("contracts/<int:pk>/delete/", contracts.delete_contract, name="delete_contract"),
    path("criticality/", plans.criticality, name="criticality"),
    path("criticality/<int:pk>/", plans.criticality_of_plan, name="criticality_of_plan"),
]
