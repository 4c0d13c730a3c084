"""What uploads know of a person: the photos they sent, to whatever app."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aftercart.kernel.privacy.registry import (
    Attached,
    Person,
    Sheet,
    Table,
    Treatment,
    personal_data,
)
from aftercart.kernel.privacy.rows import sheet
from aftercart.kernel.uploads import store
from aftercart.kernel.uploads.actions import erase_photos
from aftercart.kernel.uploads.models import Upload


def _export(person: Person) -> Iterable[Sheet]:
    yield sheet(
        "photos",
        "The photos you sent us; the pictures lie beside this list.",
        Upload.objects.filter(customer_id=person.customer_id),
        *("name", "purpose", "subject", "width", "height", "size", "sent_at"),
    )


def _files(person: Person) -> Iterable[Attached]:
    for upload in Upload.objects.filter(customer_id=person.customer_id).order_by("pk"):
        try:
            yield Attached(name=f"photos/{upload.name}.jpg", content=store.read(upload))
        except FileNotFoundError:
            continue  # an erasure went before; the list says that there was one


def _erase(person: Person) -> Mapping[str, int]:
    return {"uploads.Upload": erase_photos(customer_id=person.customer_id)}


personal_data(
    app="uploads",
    tables=[
        Table(
            model="uploads.Upload",
            treatment=Treatment.ERASED,
            retention="as long as what they were sent for; what was never sent off, a day",
        )
    ],
    export=_export,
    files=_files,
    erase=_erase,
)
