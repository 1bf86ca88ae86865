"""Every address, for everybody: a new URL without a row here fails."""

from collections.abc import Callable, Iterable
from copy import copy, deepcopy
from functools import partial
from ipaddress import ip_network
from shutil import copyfile
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from chat.actions.amendments import correct_message, retract_message
from chat.files.storage import store_file
from chat.models import ApiToken, DestructionAct, Hold, Sighting
from chat.places import CITY, path_of
from chat.rooms.actions import create_group
from chat.tickets.actions.saved_views import save_view
from chat.tickets.finding import Wanted
from chat.webhooks.actions.deliveries import LEASE, begin_test
from departments.models import SiteAvatar
from tests.cast import (
    SECRET,
    answers,
    asks_about_data,
    browser_of,
    cabinet_of,
    declares,
    defines,
    gives_file,
    has_archive,
    keep_among_staff,
    keeps_template,
    notes,
    offers_outcome,
    offers_plan,
    photo_of,
    registers,
    signed_in,
    signs_contract,
    staff,
    takes_out,
    token,
)
from tests.chat.api.outside import lets_in
from tests.chat.automatic.rules import rules_that
from tests.chat.mail.sent import dead_letter
from tests.chat.webhooks.telling import tells
from tests.reports.people import has_report_sent
from tests.server import ROOT

SIGN_IN = 302  # to the page for signing in

# name: (method, anonymous, customer, operator, administrator)
MATRIX = {
    "front": ("get", 302, 302, 302, 302),
    "login": ("get", 200, 200, 302, 302),
    "logout": ("get", 200, 200, 200, 200),
    "zone": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "found_visitors": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "zone_conversation": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "zone_earlier": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "visitor_data": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "visitor_pages": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "visitor_history": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "visitor_history_day": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "history": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "history_day": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "reports": ("get", SIGN_IN, SIGN_IN, 403, 302),
    "report_conversations": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "report_operators": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "report_operator": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "own_figures": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "report_levels": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "report_conversation": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "begin_export": ("post", SIGN_IN, SIGN_IN, 403, 404),
    "report_schedules": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_schedule": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "stop_schedule": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "exports": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "export_note": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "export": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "cancel_export": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "download_export": ("get", SIGN_IN, SIGN_IN, 403, 404),
    "save_remark": ("post", SIGN_IN, SIGN_IN, 200, 200),
    "save_field": ("post", SIGN_IN, SIGN_IN, 200, 200),
    "visitor_identification": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "settle_value": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "judge_conversation": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "visitor_comments": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "change_comment": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "pin_comment": ("post", SIGN_IN, SIGN_IN, 200, 200),
    "delete_comment": ("post", SIGN_IN, SIGN_IN, 409, 200),
    "originals": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "close_conversation": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "reopen_conversation": ("post", SIGN_IN, SIGN_IN, 200, 200),
    "block_visitor": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "unblock_visitor": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "let_in_visitor": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "hold_conversation": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "end_hold": ("post", SIGN_IN, SIGN_IN, 403, 200),
    "nothing_open": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "transfer_conversation": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "return_conversation": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "accept_transfer": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "decline_transfer": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "cancel_transfer": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "take_conversation": ("post", SIGN_IN, SIGN_IN, 403, 200),
    "move_conversation": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "pass_offer": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "send_link_card": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "request_rating": ("post", SIGN_IN, SIGN_IN, 204, 409),
    "request_snapshot": ("post", SIGN_IN, SIGN_IN, 204, 409),
    "register_ticket": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "visitor_tickets": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "change_visitor_ticket": ("post", SIGN_IN, SIGN_IN, 200, 200),
    "link_visitor_ticket": ("post", SIGN_IN, SIGN_IN, 200, 200),
    "push_worker": ("get", 200, 200, 200, 200),
    "subscribe_to_notices": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "unsubscribe_from_notices": ("post", SIGN_IN, SIGN_IN, 204, 204),
    "departure_question": ("get", SIGN_IN, SIGN_IN, 204, 204),
    "invite_operator": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "join_conversation": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "decline_invitation": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "leave_conversation": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "remove_participant": ("post", SIGN_IN, SIGN_IN, 409, 409),
    "create_group": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "open_direct_chat": ("post", SIGN_IN, SIGN_IN, 200, 200),
    "internal_chat": ("get", SIGN_IN, SIGN_IN, 200, 404),
    "earlier_messages": ("get", SIGN_IN, SIGN_IN, 200, 404),
    "search_chat": ("get", SIGN_IN, SIGN_IN, 200, 404),
    "chat_members": ("get", SIGN_IN, SIGN_IN, 200, 404),
    "rename_chat": ("post", SIGN_IN, SIGN_IN, 422, 404),
    "add_member": ("post", SIGN_IN, SIGN_IN, 422, 404),
    "remove_member": ("post", SIGN_IN, SIGN_IN, 409, 404),
    "leave_chat": ("post", SIGN_IN, SIGN_IN, 200, 404),
    "upload_file": ("post", SIGN_IN, SIGN_IN, 400, 400),
    # Without the version of their protocol these know nobody.
    "begin_upload": ("post", 412, 412, 412, 412),
    "upload_piece": ("head", 412, 412, 412, 412),
    "download_file": ("get", 404, 404, 200, 200),
    "preview_file": ("get", 404, 404, 404, 404),  # of a text
    "look_into_file": ("get", 404, 404, 200, 200),
    "tickets": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "change_tickets": ("post", SIGN_IN, SIGN_IN, 302, 302),
    "incidents": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "declare_incident": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "incident": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "change_incident": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "say_of_incident": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "solve_incident": ("post", SIGN_IN, SIGN_IN, 302, 409),
    "put_tickets_under": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "place_ticket": ("post", SIGN_IN, SIGN_IN, 302, 409),
    "saved_views": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "save_view": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "rename_view": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "move_view": ("post", SIGN_IN, SIGN_IN, 302, 409),
    "delete_view": ("post", SIGN_IN, SIGN_IN, 302, 409),
    "ticket": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "change_ticket": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "move_ticket": ("post", SIGN_IN, SIGN_IN, 302, 302),
    "say_on_ticket": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "widget_loader": ("get", 200, 200, 200, 200),
    "widget_shell": ("get", 403, 403, 403, 403),
    "widget_blocked": ("get", 200, 200, 200, 200),
    "widget_avatar": ("get", 200, 200, 200, 200),
    "widget_window": ("get", 401, 401, 401, 401),
    "widget_earlier": ("get", 401, 401, 401, 401),
    "widget_transcript": ("get", 401, 401, 401, 401),
    "widget_mail_transcript": ("post", 401, 401, 401, 401),
    "widget_upload": ("post", 401, 401, 401, 401),
    "widget_begin_upload": ("post", 412, 412, 412, 412),
    "widget_piece": ("head", 412, 412, 412, 412),
    "widget_file_link": ("get", 401, 401, 401, 401),
    "settings": ("get", SIGN_IN, SIGN_IN, 403, 302),
    "departments": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_department": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "change_department": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "move_department": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "delete_department": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "blocks": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "lift_block": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "excluded_addresses": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "stage": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "retention": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "acts": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "act": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "lift_hold": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "add_hold": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "geo": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "remove_geo": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "automatic_rules": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_automatic_rule": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "try_automatic_rules": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "change_automatic_rule": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "move_automatic_rule": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "switch_automatic_rule": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "delete_automatic_rule": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "outcomes": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_outcome": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "change_outcome": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "move_outcome": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "retire_outcome": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "restore_outcome": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "audit": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "availability": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "export_audit": ("get", SIGN_IN, SIGN_IN, 403, 200),
    # Whom it lets in is not asked of a session.
    "api_description": ("get", 200, 200, 200, 200),
    "api_conversations": ("get", 401, 401, 401, 401),
    "api_conversation": ("get", 401, 401, 401, 401),
    "api_tickets": ("get", 401, 401, 401, 401),
    "api_ticket": ("get", 401, 401, 401, 401),
    "api_ticket_entries": ("get", 401, 401, 401, 401),
    "api_visitors": ("get", 401, 401, 401, 401),
    "api_visitor": ("get", 401, 401, 401, 401),
    "tokens": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_token": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "revoke_token": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "notices": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "mail": ("get", SIGN_IN, SIGN_IN, 403, 200),
    # Without a mail server.
    "send_trial_letter": ("post", SIGN_IN, SIGN_IN, 403, 409),
    "send_letter_again": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "give_up_letter": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "webhooks": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_webhook": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "change_webhook": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "renew_webhook_secret": ("post", SIGN_IN, SIGN_IN, 403, 200),
    "switch_webhook": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "delete_webhook": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "test_webhook": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "webhook_log": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "send_webhook_log_again": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "webhook_delivery": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "send_webhook_delivery_again": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "fields": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_field": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "change_field": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "move_field": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "retire_field": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "restore_field": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "zone_templates": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "templates_used": ("post", SIGN_IN, SIGN_IN, 204, 204),
    "copy_template_files": ("post", SIGN_IN, SIGN_IN, 201, 201),
    "templates": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_template": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "template_words": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "import_template": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "export_template": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "change_template": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "delete_template": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_file_to_template": ("post", SIGN_IN, SIGN_IN, 403, 400),
    "take_file_from_template": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "own_templates": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "add_own_template": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "import_own_template": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "export_own_template": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "change_own_template": ("get", SIGN_IN, SIGN_IN, 200, 404),
    "delete_own_template": ("get", SIGN_IN, SIGN_IN, 200, 404),
    "rating": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "rating_of_site": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_file_to_own_template": ("post", SIGN_IN, SIGN_IN, 400, 404),
    "take_file_from_own_template": ("post", SIGN_IN, SIGN_IN, 302, 404),
    "plans": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_plan": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "change_plan": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "delete_plan": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "contracts": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_contract": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "change_contract": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "delete_contract": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "import_contracts": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "criticality": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "criticality_of_plan": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "sites": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_site": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "change_site": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "site_appearance": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "site_avatar": ("post", SIGN_IN, SIGN_IN, 403, 422),
    "site_preview": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "site_domains": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "site_code": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "site_keys": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "show_secret": ("post", SIGN_IN, SIGN_IN, 403, 200),
    "end_secret": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "site_check": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "allow_origin": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "deactivate_site": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "activate_site": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "delete_site": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "site_schedule": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "photo": ("get", 200, 200, 200, 200),
    "profile": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "profile_photo": ("post", SIGN_IN, SIGN_IN, 422, 422),
    "end_session": ("post", SIGN_IN, SIGN_IN, 302, 302),
    "end_other_sessions": ("post", SIGN_IN, SIGN_IN, 302, 302),
    "accounts": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "add_account": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "change_account": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "account_photo": ("post", SIGN_IN, SIGN_IN, 403, 422),
    "delete_account": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "make_sign_in_link": ("post", SIGN_IN, SIGN_IN, 403, 200),
    "sign_out_everywhere": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "sign_in_link": ("get", 200, 200, 200, 200),
    "deactivate_account": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "activate_account": ("post", SIGN_IN, SIGN_IN, 403, 302),
    "help": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "help_chapter": ("get", SIGN_IN, SIGN_IN, 200, 200),
    "cabinet": ("get", 200, 200, 200, 200),
    "cabinet_token": ("get", 401, 200, 401, 401),
    "cabinet_tickets": ("get", 302, 200, 302, 302),
    "cabinet_ticket": ("get", 302, 200, 302, 302),
    "cabinet_data": ("get", 302, 200, 302, 302),
    "cabinet_withdraw_consent": ("post", 302, 302, 302, 302),
    "cabinet_ask_for_archive": ("post", 302, 302, 302, 302),
    "cabinet_archive_state": ("get", 204, 200, 204, 204),
    "cabinet_archive": ("get", 302, 403, 302, 302),
    "cabinet_data_request": ("get", 302, 200, 302, 302),
    "cabinet_withdraw_request": ("post", 302, 302, 302, 302),
    "data_requests": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "data_request": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "decline_data_request": ("post", SIGN_IN, SIGN_IN, 403, 422),
    "correct_data": ("post", SIGN_IN, SIGN_IN, 403, 422),
    "erase_data": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "consent_proof": ("get", SIGN_IN, SIGN_IN, 403, 200),
    "cabinet_sign_out": ("post", 302, 302, 302, 302),
    "healthz": ("get", 200, 200, 200, 200),
    "readyz": ("get", 200, 200, 200, 200),
}
ONLY_POST = {
    "begin_export",
    "cancel_export",
    "lift_hold",
    "end_hold",
    "templates_used",
    "copy_template_files",
    "add_file_to_template",
    "take_file_from_template",
    "add_file_to_own_template",
    "take_file_from_own_template",
    "unblock_visitor",
    "lift_block",
    "reopen_conversation",
    "upload_file",
    "begin_upload",
    "widget_upload",
    "widget_begin_upload",
    "cabinet_sign_out",
    "cabinet_withdraw_consent",
    "cabinet_ask_for_archive",
    "cabinet_withdraw_request",
    "decline_data_request",
    "correct_data",
} | {
    "activate_account",
    "activate_site",
    "site_avatar",
    "show_secret",
    "end_secret",
    "allow_origin",
    "make_sign_in_link",
    "sign_out_everywhere",
    "account_photo",
    "profile_photo",
    "end_session",
    "end_other_sessions",
    "move_department",
    "accept_transfer",
    "decline_transfer",
    "cancel_transfer",
    "take_conversation",
    "pass_offer",
    "send_link_card",
    "request_rating",
    "request_snapshot",
    "join_conversation",
    "decline_invitation",
    "leave_conversation",
    "remove_participant",
    "save_remark",
    "move_automatic_rule",
    "switch_automatic_rule",
    "let_in_visitor",
    "move_outcome",
    "retire_outcome",
    "restore_outcome",
    "subscribe_to_notices",
    "unsubscribe_from_notices",
    "renew_webhook_secret",
    "switch_webhook",
    "test_webhook",
    "send_webhook_log_again",
    "send_webhook_delivery_again",
    "send_trial_letter",
    "send_letter_again",
    "give_up_letter",
    "stop_schedule",
    "widget_mail_transcript",
    "save_field",
    "settle_value",
    "judge_conversation",
    "move_field",
    "retire_field",
    "restore_field",
    "change_comment",
    "pin_comment",
    "delete_comment",
    "open_direct_chat",
    "rename_chat",
    "add_member",
    "remove_member",
    "leave_chat",
    "change_visitor_ticket",
    "link_visitor_ticket",
    "change_tickets",
    "save_view",
    "rename_view",
    "move_view",
    "delete_view",
    "change_ticket",
    "move_ticket",
    "say_on_ticket",
    "place_ticket",
    "change_incident",
    "say_of_incident",
    "solve_incident",
    "put_tickets_under",
}
BOTH = {
    "declare_incident",
    "login",
    "logout",
    "cabinet",
    "cabinet_ticket",
    "cabinet_data_request",
    "erase_data",
    "originals",
    "transfer_conversation",
    "return_conversation",
} | {
    "api_tickets",
    "api_ticket_entries",
    "add_token",
    "revoke_token",
    "add_webhook",
    "change_webhook",
    "delete_webhook",
    "add_schedule",
    "add_automatic_rule",
    "change_automatic_rule",
    "delete_automatic_rule",
    "add_outcome",
    "change_outcome",
    "close_conversation",
    "add_field",
    "change_field",
    "create_group",
    "add_template",
    "template_words",
    "import_template",
    "change_template",
    "delete_template",
    "add_own_template",
    "import_own_template",
    "change_own_template",
    "delete_own_template",
    "invite_operator",
    "visitor_comments",
    "geo",
    "stage",
    "notices",
    "retention",
    "add_hold",
    "hold_conversation",
    "remove_geo",
    "move_conversation",
    "block_visitor",
    "register_ticket",
    "excluded_addresses",
    "departure_question",
    "add_department",
    "change_department",
    "delete_department",
    "site_schedule",
    "add_account",
    "change_account",
    "delete_account",
    "deactivate_account",
    "profile",
    "sign_in_link",
    "add_site",
    "change_site",
    "site_appearance",
    "site_domains",
    "site_keys",
    "deactivate_site",
    "delete_site",
    "rating",
    "rating_of_site",
    "add_plan",
    "change_plan",
    "delete_plan",
    "add_contract",
    "change_contract",
    "delete_contract",
    "import_contracts",
    "criticality",
    "criticality_of_plan",
}
OF_A_CONVERSATION = (
    "visitor_identification",
    "judge_conversation",
    "zone_conversation",
    "block_visitor",
    "let_in_visitor",
    "unblock_visitor",
    "zone_earlier",
    "originals",
    "close_conversation",
    "reopen_conversation",
    "transfer_conversation",
    "return_conversation",
    "accept_transfer",
    "decline_transfer",
    "cancel_transfer",
    "take_conversation",
    "move_conversation",
    "pass_offer",
    "send_link_card",
    "request_rating",
    "request_snapshot",
    "invite_operator",
    "join_conversation",
    "decline_invitation",
    "leave_conversation",
    "remove_participant",
    "visitor_data",
    "visitor_pages",
    "visitor_history",
    "history_day",
    "save_remark",
    "visitor_comments",
    "register_ticket",
    "visitor_tickets",
    "add_hold",
    "hold_conversation",
)
OF_A_DATA_REQUEST = (
    "cabinet_withdraw_request",
    "data_request",
    "decline_data_request",
    "correct_data",
    "erase_data",
)
OF_A_COMMENT = ("change_comment", "pin_comment", "delete_comment")
OF_A_VISITOR_S_TICKET = ("change_visitor_ticket", "link_visitor_ticket")
OF_A_TICKET = ("ticket", "change_ticket", "move_ticket", "say_on_ticket", "place_ticket")
OF_A_VIEW = ("rename_view", "move_view", "delete_view")
OF_AN_INCIDENT = (
    "incident",
    "change_incident",
    "say_of_incident",
    "solve_incident",
    "put_tickets_under",
)

OF_AN_OUTCOME = ("change_outcome", "move_outcome", "retire_outcome", "restore_outcome")
OF_A_WEBHOOK = (
    "change_webhook",
    "renew_webhook_secret",
    "switch_webhook",
    "delete_webhook",
    "test_webhook",
    "webhook_log",
    "send_webhook_log_again",
)
OF_A_RULE = (
    *("change_automatic_rule", "move_automatic_rule"),
    *("switch_automatic_rule", "delete_automatic_rule"),
)
OF_A_FIELD = ("change_field", "move_field", "retire_field", "restore_field")

OF_A_DEPARTMENT = ("change_department", "move_department", "delete_department")

OF_A_SITE = (
    "change_site",
    "rating_of_site",
    "site_appearance",
    "site_avatar",
    "site_preview",
    "site_domains",
    "site_code",
    "site_keys",
    "show_secret",
    "end_secret",
    "site_check",
    "deactivate_site",
    "activate_site",
    "delete_site",
)

OF_AN_ACCOUNT = (
    "change_account",
    "account_photo",
    "delete_account",
    "make_sign_in_link",
    "sign_out_everywhere",
    "deactivate_account",
    "activate_account",
)

OF_A_TEMPLATE = (
    "change_template",
    "delete_template",
    "add_file_to_template",
    "copy_template_files",
)

OF_A_PLAN = ("change_plan", "delete_plan", "criticality_of_plan")

OF_A_CONTRACT = ("change_contract", "delete_contract")

OF_AN_EXPORT = ("export", "cancel_export", "download_export")

OF_AN_OWNER = ("change_own_template", "delete_own_template", "add_file_to_own_template")

OF_A_CHAT = (
    "internal_chat",
    "earlier_messages",
    "search_chat",
    "chat_members",
    "rename_chat",
    "add_member",
    "remove_member",
    "leave_chat",
)


def names(resolver: URLResolver) -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            found.append(str(pattern.name))
        else:
            found += names(pattern)
    return found


@pytest.fixture(scope="session")
def collected():
    """The loader is read where static files are collected."""
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture
def addresses(site, first_line, ilya, dialogue, darya, elena, collected, settings, tmp_path):
    """A real object behind every name."""
    settings.GEO_DIR = tmp_path
    copyfile(ROOT / "sphaera_support" / "demo" / "city.mmdb", path_of(CITY))
    uploaded = SimpleUploadedFile("log.txt", b"text")
    attachment = store_file(uploaded, at=timezone.now(), account=ilya)
    answers(ilya, dialogue, "Вот", files=[attachment.public_id])
    group = create_group(ilya, "Смена", [darya.pk], at=timezone.now())
    ticket = registers(ilya, dialogue)
    incident = declares(ilya, ticket, sites=[site.pk])
    view = save_view(ilya, "Второй уровень", Wanted(level=2))
    comment = notes(darya, dialogue, "Звонить после 11:00")
    field, outcome = defines(elena), offers_outcome(elena, "Отложено")
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.1")]
    webhook = tells(elena, "http://127.0.0.1:1025/hook")  # where nobody listens
    delivery = begin_test(webhook, {}, at=timezone.now() - LEASE).delivery
    lets_in(elena, site)
    system = ApiToken.objects.get()
    rule = rules_that(elena, tag="оплата")
    seen = Sighting.objects.create(
        site=site, origin="https://a.ru", outcome="not_listed", seen_at=timezone.now()
    )
    drawn = SiteAvatar.objects.create(site=site, name="a1", content=b"picture")
    shared, own = (keeps_template(*one) for one in ((elena, None), (ilya, ilya)))
    file_of_shared, file_of_own = (gives_file(*one) for one in ((elena, shared), (ilya, own)))
    export = takes_out(elena)
    letter = dead_letter(at=timezone.now())
    schedule = has_report_sent(elena)
    asked = asks_about_data(dialogue.visitor, "correction")
    archive = has_archive(dialogue.visitor)
    now = timezone.now()
    act = DestructionAct.objects.create(number=1, reason="term", made_at=now, began_at=now)
    held = Hold.objects.create(
        visitor=dialogue.visitor, reason="спор", until=now, by=elena, by_name="Елена", at=now
    )
    plan = offers_plan(elena)
    contract = signs_contract(elena, plan, customers=("marina",))
    arguments = {
        **{name: [shared.pk] for name in OF_A_TEMPLATE},
        **{name: [own.pk] for name in OF_AN_OWNER},
        **{name: [plan.pk] for name in OF_A_PLAN},
        **{name: [contract.pk] for name in OF_A_CONTRACT},
        "take_file_from_template": [shared.pk, file_of_shared.pk],
        "take_file_from_own_template": [own.pk, file_of_own.pk],
        **{name: [group.public_id] for name in OF_A_CHAT},
        "open_direct_chat": [darya.pk],
        **{name: [dialogue.public_id] for name in OF_A_CONVERSATION},
        "visitor_history_day": [dialogue.public_id, dialogue.public_id],
        **{name: [dialogue.public_id, comment.pk] for name in OF_A_COMMENT},
        "save_field": [dialogue.public_id, field.key],
        "settle_value": [dialogue.public_id, "name"],
        **{name: [webhook.pk] for name in OF_A_WEBHOOK},
        "revoke_token": [system.pk],
        "api_conversation": [dialogue.public_id],
        "api_ticket": [ticket.number],
        "api_ticket_entries": [ticket.number],
        "api_visitor": [dialogue.visitor.pk],
        "webhook_delivery": [webhook.pk, delivery.pk],
        "send_webhook_delivery_again": [webhook.pk, delivery.pk],
        **{name: [field.pk] for name in OF_A_FIELD},
        **{name: [outcome.pk] for name in OF_AN_OUTCOME},
        **{name: [rule.pk] for name in OF_A_RULE},
        **{name: [dialogue.public_id, ticket.number] for name in OF_A_VISITOR_S_TICKET},
        **{name: [ticket.number] for name in (*OF_A_TICKET, "cabinet_ticket")},
        **{name: [view.pk] for name in OF_A_VIEW},
        **{name: [incident.pk] for name in OF_AN_INCIDENT},
        **{name: [letter.pk] for name in ("send_letter_again", "give_up_letter")},
        "add_schedule": ["conversations"],
        "stop_schedule": [schedule.pk],
        "begin_export": ["history"],
        "report_conversation": [dialogue.public_id],
        "report_operator": [darya.pk],
        **{name: [export.public_id] for name in OF_AN_EXPORT},
        **{name: [asked.pk] for name in OF_A_DATA_REQUEST},
        "cabinet_archive": [archive.public_id],
        "cabinet_data_request": ["erasure"],
        "consent_proof": [dialogue.public_id],
        "help_chapter": ["zone"],
        "download_file": [attachment.public_id],
        "preview_file": [attachment.public_id],
        "look_into_file": [attachment.public_id],
        "widget_shell": [site.key],
        "widget_blocked": [site.key],
        "widget_avatar": [site.key, drawn.name],
        "widget_window": [site.key],
        "widget_earlier": [site.key, dialogue.public_id],
        "widget_transcript": [site.key],
        "widget_mail_transcript": [site.key],
        "upload_piece": [attachment.public_id],
        "widget_upload": [site.key],
        "widget_begin_upload": [site.key],
        "widget_piece": [site.key, attachment.public_id],
        "widget_file_link": [site.key, attachment.public_id],
        **{name: [first_line.pk] for name in OF_A_DEPARTMENT},
        "site_schedule": [site.pk],
        **{name: [darya.pk] for name in OF_AN_ACCOUNT},
        **{name: [site.pk] for name in OF_A_SITE},
        "allow_origin": [site.pk, seen.pk],
        "lift_block": [1],
        "act": [act.number],
        "lift_hold": [held.pk],
        "end_hold": [dialogue.public_id, held.pk],
        "remove_geo": [CITY],
        "photo": [photo_of(darya)],
        "end_session": [signed_in(browser_of(ilya), ilya).pk],
        "sign_in_link": [darya.pk, default_token_generator.make_token(darya)],
    }
    return {name: reverse(name, args=arguments.get(name, [])) for name in MATRIX}


def of_each(subjects: Iterable[Any], ask: Callable[..., Any]) -> dict[Any, Any]:
    """What `ask` returns of each; whatever it changed is taken back before the next."""
    found = {}
    for subject in subjects:
        try:
            with transaction.atomic():
                found[subject] = ask(subject)
                transaction.set_rollback(True)
        except Exception as error:
            error.add_note(f"Asked: {subject}")
            raise
    return found


def as_it_is(browser: Client) -> Client:
    """A browser with the same cookies, whatever becomes of them there."""
    twin = copy(browser)
    twin.cookies = deepcopy(browser.cookies)
    return twin


@pytest.fixture
def browsers(ilya, elena, customer):
    return [browser_of(), cabinet_of(customer), browser_of(ilya), browser_of(elena)]


def test_every_address_is_in_the_matrix():
    assert sorted(names(get_resolver())) == sorted(MATRIX)


def test_who_may_open_it(addresses, browsers):
    def asked(name):
        method = MATRIX[name][0]
        answers = [getattr(as_it_is(one), method)(addresses[name]) for one in browsers]
        return method, *(answer.status_code for answer in answers)

    assert of_each(MATRIX, asked) == MATRIX


@pytest.mark.once
def test_what_changes_something_is_not_had_by_get(addresses, browsers):
    def statuses(name):
        return {as_it_is(browser).get(addresses[name]).status_code for browser in browsers}

    assert of_each(ONLY_POST, statuses) == {name: {405} for name in ONLY_POST}


ONLY_GET = MATRIX.keys() - ONLY_POST - BOTH
# Which somebody takes.
OTHERWISE = {("patch", name) for name in ("upload_piece", "widget_piece", "api_ticket")} | {
    ("delete", name) for name in ("upload_piece", "widget_piece")
}
TAKEN_NOWHERE = [
    (method, name)
    for method in ("put", "patch", "delete")
    for name in MATRIX
    if (method, name) not in OTHERWISE
]


@pytest.mark.once
def test_no_address_takes_another_method(addresses, elena):
    browser = browser_of(elena)

    def status(asked):
        method, name = asked
        return getattr(as_it_is(browser), method)(addresses[name]).status_code

    asked = [("post", name) for name in ONLY_GET] + TAKEN_NOWHERE
    assert of_each(asked, status) == dict.fromkeys(asked, 405)


def test_a_stranger_is_sent_to_sign_in_and_then_back(addresses):
    answer = browser_of().get(addresses["zone_conversation"])
    assert answer["Location"] == f"/login/?next={addresses['zone_conversation']}"


@pytest.mark.once
def test_no_page_for_visitors_tells_what_staff_write_among_themselves(
    addresses, dialogue, marina, customer, ilya, anton
):
    """Every address there is, as anybody but staff may ask for it."""
    keep_among_staff(ilya, anton, dialogue)
    for deed in (partial(correct_message, text="Поправлено"), retract_message):
        said = answers(ilya, dialogue, SECRET)
        deed(ilya, dialogue.public_id, said.seq, at=timezone.now())
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    cabinet = cabinet_of(customer)
    given = {
        (name, who): browser.get(url, headers=headers).getvalue().decode(errors="replace")
        for name, url in addresses.items()
        for who, browser, headers in [
            ("anybody", browser_of(), {}),
            ("customer", as_it_is(cabinet), {}),
            ("visitor", browser_of(), bearer),
        ]
    }
    assert as_it_is(cabinet).get(addresses["cabinet_ticket"]).status_code == 200, "signed in still"
    told = {asked for asked, answer in given.items() if SECRET in answer}
    assert told == set()
    for name in ("widget_window", "widget_transcript"):
        assert "Готово" in given[name, "visitor"]


# What an operator may do with no conversation is refused before it is looked for.
FORBIDDEN_ANYWAY = {name for name in OF_A_CONVERSATION if MATRIX[name][3] == 403}


@pytest.mark.once
@pytest.mark.parametrize("who", ["anton", "kamila", "zoya"])
def test_what_one_may_not_see_is_not_there(addresses, request, who):
    browser = browser_of(request.getfixturevalue(who))

    def status(name):
        return getattr(as_it_is(browser), MATRIX[name][0])(addresses[name]).status_code

    names = [*OF_A_CONVERSATION, *OF_A_COMMENT, *OF_A_CHAT, *OF_AN_OWNER]
    names += [
        "save_field",
        "settle_value",
        "download_file",
        "look_into_file",
        *OF_A_VISITOR_S_TICKET,
        *OF_A_TICKET,
    ]
    expected = {name: 403 if name in FORBIDDEN_ANYWAY else 404 for name in names}
    assert of_each(names, status) == expected


def test_an_incident_is_there_for_whoever_serves_its_sites(addresses, anton, kamila, zoya):
    """Whatever the level: nothing of a customer is in it."""

    def statuses(name):
        people = [browser_of(one) for one in (anton, kamila, zoya)]
        asked = [getattr(one, MATRIX[name][0])(addresses[name]) for one in people]
        return [answer.status_code for answer in asked]

    assert of_each(["incident"], statuses) == {"incident": [200, 200, 404]}
    deeds = [name for name in OF_AN_INCIDENT if name != "incident"]
    assert {answers[-1] for answers in of_each(deeds, statuses).values()} == {404}


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/chat/nowhere/",
            "/widget/nowhere/",
            "/accounts/7777/",
            "/files/6f2b5c1e-3f5e-4a29-8f0e-2d8f0f5b0a11/",
        ),
        *("/chat/%00/", "/widget/%00/", "/chat/' OR 1=1/", "/files/7/", "/нигде/", "/%FF/"),
    ],
)
def test_what_is_not_there_is_not_there(elena, path):
    assert browser_of(elena).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/widget/%00/window/", "/widget/nowhere/window/"])
def test_a_window_of_no_site_is_no_window(site, marina, path):
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    assert browser_of().get(path, headers=bearer).status_code in (401, 404)


@pytest.mark.parametrize("pk", [0, 10**9, 10**30])
def test_an_account_that_nobody_has_is_not_there(elena, pk):
    assert browser_of(elena).post(f"/accounts/{pk}/deactivate/").status_code == 404


def test_the_menu_leaves_out_what_an_operator_may_not_open(ilya, elena):
    menus = [browser_of(account).get("/help/").content.decode() for account in (ilya, elena)]
    assert ["/accounts/" in menu for menu in menus] == [False, True]


def test_a_signed_in_account_that_is_put_off_is_a_stranger(ilya):
    browser = browser_of(ilya)
    ilya.is_active = False
    ilya.save()
    assert browser.get("/chat/").status_code == SIGN_IN


def test_a_colleague_s_conversation_is_closed_by_its_owner_only(dialogue, darya, first_line):
    answer = browser_of(darya).post(f"/chat/{dialogue.public_id}/close/")
    dialogue.refresh_from_db()
    assert (answer.status_code, dialogue.state) == (409, "active")


def test_an_operator_without_a_department_sees_nobody(dialogue):
    newcomer = browser_of(staff("new", "Новый Оператор"))
    assert newcomer.get(f"/chat/{dialogue.public_id}/").status_code == 404
    assert "Орлова" not in newcomer.get("/chat/").content.decode()
