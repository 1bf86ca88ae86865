import re

from django.db import migrations, models

BATCH = 1000
# (what the visitor read, what staff read, code); an empty pattern takes what is empty.
LINES = [
    (r"Обращение возобновлено", "", "reopened"),
    (
        r"К переписке присоединился оператор .+",
        r"(?P<name>.+): обращение принято · ожидание (?P<wait>[\d:]+)",
        "accepted",
    ),
    (r"Обращение закрыто", r"(?P<name>.+): обращение закрыто", "closed"),
    (r"Обращение закрыто", r"Посетитель завершил обращение", "ended"),
    (
        r"Оператор вышел, ищем другого\..+",
        r"Оператор отключён, обращение вернулось в очередь",
        "deactivated",
    ),
    (
        r"Оператор вышел, ищем другого\..+",
        r"Рабочее место оператора пропало, обращение вернулось в очередь",
        "place_lost",
    ),
    (
        r"Оператор вышел, ищем другого\..+",
        r"Оператора нет в «Общении», обращение вернулось в очередь",
        "absent",
    ),
    (
        r"Оператор вышел, ищем другого\..+",
        r"(?P<name>.+): обращение возвращено в очередь",
        "put_back",
    ),
    (
        r"Обращение передано: .+",
        r"Обращение передано: (?P<sender>.+) → (?P<name>.+), уровень (?P<level>\d)",
        "transferred",
    ),
    (
        r"Обращение передано: .+",
        r"(?P<sender>.+): обращение передано в очередь отдела «(?P<department>.+)»",
        "queued",
    ),
    (
        r"Обращение передано: .+",
        r"Администратор (?P<sender>.+): обращение → (?P<name>.+), уровень (?P<level>\d)",
        "moved",
    ),
    (
        r"К переписке присоединился оператор .+",
        r"Администратор (?P<sender>.+): обращение → (?P<name>.+), уровень (?P<level>\d)",
        "assigned",
    ),
    (
        r"К переписке присоединился оператор .+",
        r"К переписке присоединился оператор (?P<name>.+) · по приглашению: (?P<inviter>.+)",
        "joined",
    ),
    (r"Оператор (?P<name>.+) вышел из переписки", "", "left"),
    (
        r"Оператор .+ вышел из переписки",
        r"(?P<name>.+): больше не участвует в переписке \((?P<remover>.+)\)",
        "removed",
    ),
]
# Of notes by nobody: (title, text, code).
NOTES = [
    ("Передача", r"Передача отклонена: (?P<name>[^.]+)(\. (?P<reason>.+))?", "transfer_declined"),
    ("Передача", r"Передача отменена: (?P<name>.+)", "transfer_cancelled"),
    ("Передача", r"Передачу не приняли вовремя: (?P<name>.+)", "transfer_expired"),
    (
        "Приглашение",
        r"Приглашение отклонено: (?P<name>[^.]+)(\. (?P<reason>.+))?",
        "invitation_declined",
    ),
    ("Приглашение", r"Приглашение отменено: (?P<name>.+)", "invitation_cancelled"),
    ("Приглашение", r"На приглашение не ответили вовремя: (?P<name>.+)", "invitation_expired"),
]
INTERNAL = [
    (r"Группа создана: (?P<name>.+)", "created"),
    (r"Новое название: «(?P<title>.+)»\. Изменение: (?P<name>.+)", "renamed"),
    (r"Новый участник: (?P<name>.+)\. Приглашение: (?P<inviter>.+)", "added"),
    (r"Больше не в группе: (?P<name>.+)\. Решение: (?P<remover>.+)", "removed"),
    (r"Больше не в группе: (?P<name>.+)", "left"),
]


def encode(apps, schema_editor):
    """What was stored as words becomes a code with parameters, wherever the words are known."""
    Message = apps.get_model("chat", "Message")
    found = Message.objects.filter(author_kind="system").order_by("pk")
    _rewrite(found, _encoded, ["code", "params", "text", "author_name"])
    InternalMessage = apps.get_model("chat", "InternalMessage")
    found = InternalMessage.objects.filter(kind="event").order_by("pk")
    _rewrite(found, _encoded_internal, ["code", "params", "text"])


def _rewrite(found, encoded, fields):
    after = 0
    while batch := list(found.filter(pk__gt=after)[:BATCH]):
        after = batch[-1].pk
        changed = [message for message in batch if encoded(message)]
        found.model.objects.bulk_update(changed, fields)


def _encoded(message):
    if message.kind == "note":
        return _encoded_note(message)
    for visitors, staffs, code in LINES:
        read, known = re.fullmatch(visitors, message.text), re.fullmatch(staffs, message.staff_text)
        if read and known:
            return _become(message, code, {**read.groupdict(), **known.groupdict()})
    if not message.staff_text:
        return False
    message.code, message.params = "told", {"words": message.staff_text}
    return True


def _encoded_note(message):
    for title, text, code in NOTES:
        if message.author_name == title and (known := re.fullmatch(text, message.text, re.DOTALL)):
            message.author_name = ""
            return _become(message, code, known.groupdict())
    return False


def _encoded_internal(message):
    for text, code in INTERNAL:
        if known := re.fullmatch(text, message.text):
            return _become(message, code, known.groupdict())
    return False


def _become(message, code, params):
    if "wait" in params:
        parts = [int(part) for part in params.pop("wait").split(":")]
        params["wait_seconds"] = sum(part * 60**power for power, part in enumerate(reversed(parts)))
    message.code, message.text = code, ""
    message.params = {name: value for name, value in params.items() if value is not None}
    return True


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0007_internal_chat"),
    ]

    operations = [
        migrations.AddField(
            model_name="internalmessage",
            name="code",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="internalmessage",
            name="params",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="message",
            name="code",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="params",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
        migrations.RunPython(encode, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="message",
            name="staff_text",
        ),
    ]
