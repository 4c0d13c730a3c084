"""The database itself refuses to change what was posted, and (PostgreSQL) what does not balance."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from aftercart.kernel.ledger.seals import seal, unseal


def close(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    seal(schema_editor.connection)


def open_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    unseal(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(close, open_again)]
