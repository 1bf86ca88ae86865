"""Rows of people who are merely on the site, to the first level of its operators."""

from django.template.loader import render_to_string

from chat.broadcasts.fragments import fragment
from chat.models import Visit, Visitor
from chat.rows.site import site_row
from chat.streams import push


def show_on_site(visitor: Visitor, visit: Visit) -> None:
    visit.visitor = visitor
    html = render_to_string("zone/lists/_site_row.html", {"row": site_row(visit)})
    push(f"site.{visitor.site_id}", fragment(f"visit-{visit.public_id}", html))


def take_off_site(visitor: Visitor, visit: Visit) -> None:
    push(f"site.{visitor.site_id}", fragment(f"visit-{visit.public_id}", "", "remove"))
