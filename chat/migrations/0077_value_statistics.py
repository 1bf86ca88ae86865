"""How often a value stands in a field: PostgreSQL knows it of each column alone, and of two together
it has to be told to look.
"""

from typing import Any

from django.db import migrations

CREATE = "CREATE STATISTICS field_values (mcv) ON field_id, value FROM chat_fieldvalue"
DROP = "DROP STATISTICS field_values"


def create(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("chat", "0076_plan_of_visitor")]

    operations = [migrations.RunPython(create, drop)]
