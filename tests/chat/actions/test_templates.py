"""Kept answers: whose they are, who may change them, what is counted, who is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat import access
from chat.actions import templates
from chat.actions.changes import ChangedMeanwhile, Doer
from chat.actions.errors import ImportOutdated
from chat.actions.templates import (
    NoSuchTemplate,
    TemplateCodeTaken,
    TemplateDraft,
    TooManyTemplates,
)
from chat.models import AnswerTemplate, TemplateUse, TemplateWords
from operators.models import Change
from tests.cast import keeps_template

PORTS = TemplateDraft(code="A.014", title="Порты", text="Порт 5349.")


def changes(by, template, owner=None, shown=None, **fields):
    draft = TemplateDraft(**{**vars(PORTS), **fields})
    shown = template.version if shown is None else shown
    templates.change_template(Doer(by), owner, template.pk, draft, shown=shown, at=timezone.now())


def used(account, *picked, at=None):
    keys = [one.pk for one in picked]
    templates.note_template_uses(account, keys, at=at or timezone.now())


def test_one_sees_the_shared_ones_and_one_s_own(elena, ilya, anton):
    shared, own = keeps_template(elena), keeps_template(ilya, ilya)
    keeps_template(anton, anton)
    assert set(access.templates_shown_to(ilya)) == {shared, own}
    assert set(access.templates_shown_to(elena)) == {shared}


def test_a_code_is_free_beside_another_owner_and_taken_in_another_case(elena, ilya):
    keeps_template(elena, code="А.001")
    keeps_template(ilya, ilya, code="А.001")
    with pytest.raises(TemplateCodeTaken):
        keeps_template(elena, code="а.001")
    with pytest.raises(TemplateCodeTaken):
        keeps_template(ilya, ilya, code="а.001")
    assert AnswerTemplate.objects.count() == 2


@pytest.mark.parametrize("whose", ["shared", "another's"])
def test_what_is_not_one_s_own_is_not_changed_nor_deleted(elena, ilya, anton, whose):
    owner = None if whose == "shared" else anton
    template = keeps_template(elena if owner is None else anton, owner)
    deeds = [
        lambda: keeps_template(ilya, owner, code="B"),
        lambda: changes(ilya, template, owner, title="Моё"),
        lambda: changes(ilya, template, ilya, title="Моё"),
        lambda: templates.delete_template(Doer(ilya), owner, template.pk, at=timezone.now()),
        lambda: templates.delete_template(Doer(ilya), ilya, template.pk, at=timezone.now()),
        lambda: templates.change_template_words(Doer(ilya), {}, shown=0, at=timezone.now()),
    ]
    for deed in deeds:
        with pytest.raises(NoSuchTemplate):
            deed()
    template.refresh_from_db()
    assert (template.title, template.version) == ("Порты", 1)


def test_an_administrator_keeps_nobody_else_s_own(elena, ilya):
    with pytest.raises(NoSuchTemplate):
        changes(elena, keeps_template(ilya, ilya), ilya, title="Чужое")


def test_two_on_one_template_notice_each_other(elena, ilya):
    shared, own = keeps_template(elena), keeps_template(ilya, ilya)
    changes(elena, shared, title="Порты видео")
    with pytest.raises(ChangedMeanwhile) as refused:
        changes(elena, shared, shown=1, title="Порты почты")
    assert [change.after for change in refused.value.changes] == [{"title": "Порты видео"}]
    changes(ilya, own, ilya, title="Мои порты")
    with pytest.raises(ChangedMeanwhile):
        changes(ilya, own, ilya, shown=1, title="Порты")


def test_what_all_share_is_noted_and_what_is_one_s_own_is_not(elena, ilya):
    shared, own = keeps_template(elena), keeps_template(ilya, ilya)
    templates.delete_template(Doer(ilya), ilya, own.pk, at=timezone.now())
    templates.delete_template(Doer(elena), None, shared.pk, at=timezone.now())
    noted = Change.objects.values_list("kind", "subject_name", "deed")
    assert list(noted) == [
        ("template", "A.014 Порты", "added"),
        ("template", "A.014 Порты", "deleted"),
    ]


def test_there_are_so_many_and_no_more(monkeypatch, elena, ilya):
    monkeypatch.setattr(templates, "MOST", 1)
    keeps_template(elena)
    keeps_template(ilya, ilya)
    with pytest.raises(TooManyTemplates):
        keeps_template(elena, code="B")


def test_uses_are_counted_for_each_and_together(elena, ilya, darya):
    shared = keeps_template(elena)
    at = timezone.now()
    used(ilya, shared, at=at - timedelta(days=1))
    used(ilya, shared, at=at - timedelta(hours=1))
    used(darya, shared, at=at)
    counted: Any = AnswerTemplate.objects.with_uses().get()
    assert (counted.uses, counted.used_at) == (3, at)
    own: Any = access.templates_shown_to(ilya).with_uses_of(ilya).get()
    assert own.uses == 2


def test_another_s_template_is_not_counted(ilya, anton):
    used(ilya, keeps_template(anton, anton))
    assert not TemplateUse.objects.exists()


def test_what_placeholders_stand_for_is_kept_under_a_version(elena):
    at = timezone.now()
    templates.change_template_words(Doer(elena), {"телефон": "112"}, shown=0, at=at)
    with pytest.raises(ChangedMeanwhile):
        templates.change_template_words(Doer(elena), {}, shown=0, at=at)
    assert TemplateWords.objects.get().words == {"телефон": "112"}
    assert Change.objects.get().after == {"{телефон}": "112"}


# Bringing in many


def brings_in(by, drafts, owner=None, *, adds=(), changes=None):
    templates.import_templates(
        Doer(by), owner, drafts, adds=set(adds), changes=changes or {}, at=timezone.now()
    )


def test_many_are_added_and_changed_at_once_and_each_is_noted(elena):
    keeps_template(elena)
    drafts = [
        TemplateDraft(code="a.014", title="Порты видео", text="5349"),
        TemplateDraft(code="B", title="Почта", text="25"),
    ]
    brings_in(elena, drafts, adds={"b"}, changes={"a.014": 1})
    found = AnswerTemplate.objects.values_list("code", "title", "version")
    assert list(found) == [("a.014", "Порты видео", 2), ("B", "Почта", 1)]
    assert list(Change.objects.values_list("deed", "version"))[1:] == [("changed", 2), ("added", 1)]


@pytest.mark.parametrize("promised", [{"adds": {"a.014", "b"}}, {"changes": {"a.014": 7}}])
def test_what_is_not_as_the_preview_said_is_not_done_at_all(elena, promised):
    keeps_template(elena)
    drafts = [TemplateDraft(code=code, title="Почта", text="25") for code in ("B", "A.014")]
    with pytest.raises(ImportOutdated):
        brings_in(elena, drafts, **promised)
    assert list(AnswerTemplate.objects.values_list("title", flat=True)) == ["Порты"]


def test_of_what_fails_in_the_middle_nothing_stays(elena):
    twice = [TemplateDraft(code="B", title=title, text="25") for title in ("Первый", "Второй")]
    with pytest.raises(TemplateCodeTaken):
        brings_in(elena, twice, adds={"b"})
    assert not AnswerTemplate.objects.exists()
    assert not Change.objects.exists()


def test_an_operator_brings_in_none_that_are_shared(ilya):
    with pytest.raises(NoSuchTemplate):
        brings_in(ilya, [PORTS], adds={"a.014"})
