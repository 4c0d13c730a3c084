from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from aftercart.kernel.apps import JourneyApp


class RulesApp(JourneyApp):
    name = "aftercart.kernel.rules"
    label = "rules"
    verbose_name = "Rules"

    def ready(self) -> None:
        super().ready()
        connection_created.connect(teach_texts, dispatch_uid="aftercart.kernel.rules.texts")


def teach_texts(connection: BaseDatabaseWrapper, **_: object) -> None:
    """Give each new database connection the functions that rules use."""
    from aftercart.kernel.rules.sql import install_text_functions

    install_text_functions(connection)
