from django.urls import path

from sphaera_support.administration import data_requests

urlpatterns = [
    path("", data_requests.data_requests, name="data_requests"),
    path("<int:pk>/", data_requests.data_request, name="data_request"),
    path("<int:pk>/decline/", data_requests.decline_data_request, name="decline_data_request"),
    path("<int:pk>/correct/", data_requests.correct_data, name="correct_data"),
    path("<int:pk>/erase/", data_requests.erase_data, name="erase_data"),
    path("consent/<str:public_id>/", data_requests.consent_proof, name="consent_proof"),
]
