from django.urls import path

from chat.zone import departure, invitations, moves, transfers, views

urlpatterns = [
    path("", views.zone, name="zone"),
    path("files/", views.upload_file, name="upload_file"),
    path("nothing/", transfers.nothing_open, name="nothing_open"),
    path("departure/", departure.departure_question, name="departure_question"),
    path("<slug:public_id>/", views.conversation, name="zone_conversation"),
    path("<slug:public_id>/close/", views.close_conversation, name="close_conversation"),
    path(
        "<slug:public_id>/transfer/", transfers.transfer_conversation, name="transfer_conversation"
    ),
    path("<slug:public_id>/transfer/accept/", transfers.accept_transfer, name="accept_transfer"),
    path("<slug:public_id>/transfer/decline/", transfers.decline_transfer, name="decline_transfer"),
    path("<slug:public_id>/transfer/cancel/", transfers.cancel_transfer, name="cancel_transfer"),
    path("<slug:public_id>/take/", moves.take_conversation, name="take_conversation"),
    path("<slug:public_id>/move/", moves.move_conversation, name="move_conversation"),
    path("<slug:public_id>/pass/", moves.pass_offer, name="pass_offer"),
    path("<slug:public_id>/invite/", invitations.invite_operator, name="invite_operator"),
    path("<slug:public_id>/join/", invitations.join_conversation, name="join_conversation"),
    path(
        "<slug:public_id>/invite/decline/",
        invitations.decline_invitation,
        name="decline_invitation",
    ),
    path("<slug:public_id>/leave/", invitations.leave_conversation, name="leave_conversation"),
    path("<slug:public_id>/remove/", invitations.remove_participant, name="remove_participant"),
    path("<slug:public_id>/return/", transfers.return_conversation, name="return_conversation"),
]
