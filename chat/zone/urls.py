from django.urls import include, path

from chat.rooms import views as internal
from chat.tickets import zone as tickets
from chat.zone import (
    blocks,
    cards,
    comments,
    departure,
    invitations,
    known,
    moves,
    templates,
    transfers,
    views,
)

of_internal_chats = [
    path("new/", internal.create_group, name="create_group"),
    path("with/<int:account_id>/", internal.open_direct_chat, name="open_direct_chat"),
    path("<slug:public_id>/", internal.internal_chat, name="internal_chat"),
    path("<slug:public_id>/earlier/", internal.earlier_messages, name="earlier_messages"),
    path("<slug:public_id>/search/", internal.search_chat, name="search_chat"),
    path("<slug:public_id>/members/", internal.chat_members, name="chat_members"),
    path("<slug:public_id>/rename/", internal.rename_chat, name="rename_chat"),
    path("<slug:public_id>/add/", internal.add_member, name="add_member"),
    path("<slug:public_id>/remove/", internal.remove_member, name="remove_member"),
    path("<slug:public_id>/leave/", internal.leave_chat, name="leave_chat"),
]
urlpatterns = [
    path("", views.zone, name="zone"),
    path("files/", views.upload_file, name="upload_file"),
    path("uploads/", views.begin_upload, name="begin_upload"),
    path("uploads/<uuid:public_id>/", views.upload_piece, name="upload_piece"),
    path("internal/", include(of_internal_chats)),
    path("nothing/", transfers.nothing_open, name="nothing_open"),
    path("templates/", templates.templates, name="zone_templates"),
    path("templates/<int:pk>/files/", templates.template_files, name="copy_template_files"),
    path("templates/used/", templates.templates_used, name="templates_used"),
    path("departure/", departure.departure_question, name="departure_question"),
    path("<slug:public_id>/", views.conversation, name="zone_conversation"),
    path("<slug:public_id>/earlier/", views.earlier_messages, name="zone_earlier"),
    path("<slug:public_id>/data/", known.visitor_data, name="visitor_data"),
    path("<slug:public_id>/pages/", known.visitor_pages, name="visitor_pages"),
    path("<slug:public_id>/remark/", comments.save_remark, name="save_remark"),
    path("<slug:public_id>/comments/", comments.visitor_comments, name="visitor_comments"),
    path(
        "<slug:public_id>/comments/<int:comment_id>/",
        comments.change_comment,
        name="change_comment",
    ),
    path(
        "<slug:public_id>/comments/<int:comment_id>/pin/",
        comments.pin_comment,
        name="pin_comment",
    ),
    path(
        "<slug:public_id>/comments/<int:comment_id>/delete/",
        comments.delete_comment,
        name="delete_comment",
    ),
    path("<slug:public_id>/close/", views.close_conversation, name="close_conversation"),
    path("<slug:public_id>/block/", blocks.block_visitor, name="block_visitor"),
    path("<slug:public_id>/unblock/", blocks.unblock_visitor, name="unblock_visitor"),
    path("<slug:public_id>/reopen/", views.reopen_conversation, name="reopen_conversation"),
    path(
        "<slug:public_id>/transfer/", transfers.transfer_conversation, name="transfer_conversation"
    ),
    path("<slug:public_id>/transfer/accept/", transfers.accept_transfer, name="accept_transfer"),
    path("<slug:public_id>/transfer/decline/", transfers.decline_transfer, name="decline_transfer"),
    path("<slug:public_id>/transfer/cancel/", transfers.cancel_transfer, name="cancel_transfer"),
    path("<slug:public_id>/register/", tickets.register, name="register_ticket"),
    path("<slug:public_id>/tickets/", tickets.visitor_tickets, name="visitor_tickets"),
    path(
        "<slug:public_id>/tickets/<slug:ticket>/",
        tickets.change_visitor_ticket,
        name="change_visitor_ticket",
    ),
    path(
        "<slug:public_id>/tickets/<slug:ticket>/link/",
        tickets.link_visitor_ticket,
        name="link_visitor_ticket",
    ),
    path("<slug:public_id>/link/", cards.send_link_card, name="send_link_card"),
    path("<slug:public_id>/rating/", cards.request_rating, name="request_rating"),
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
