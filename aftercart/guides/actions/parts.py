"""The parts of a guide: added at the end, moved by one, removed."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from aftercart.guides.actions.edit import lock_guide, touch
from aftercart.guides.files import drop, keep_document
from aftercart.guides.models import Guide, Part
from aftercart.guides.rules import GuideRefused, moved

MOST = 60


@transaction.atomic
def add_part(*, guide_id: int, kind: str, actor: str, file: UploadedFile[bytes] | None = None) -> Part:
    """Add an empty step or answer at the end, or a document to download.

    Raises:
        GuideRefused: when there are very many already, or the document cannot be taken.
    """
    guide = lock_guide(guide_id)
    own = list(guide.parts.values_list("position", flat=True))
    if len(own) >= MOST:
        raise GuideRefused(f"A guide has at most {MOST} parts: nobody reads more.")
    part = Part(guide=guide, kind=kind, position=max(own, default=0) + 1)
    if kind == Part.Kind.DOWNLOAD:
        if file is None:
            raise GuideRefused("Choose the document first.")
        part.file, part.file_name, part.size = keep_document(file)
    part.save()
    touch(guide, "saved", actor)
    return part


@transaction.atomic
def move_part(*, guide_id: int, part_id: int, by: int, actor: str) -> None:
    """Move a part among those of its kind: ``by`` -1 is one up.

    Raises:
        GuideRefused: when the part is gone.
    """
    guide = lock_guide(guide_id)
    part = _part(guide, part_id)
    alike = list(guide.parts.filter(kind=part.kind))
    places = [one.position for one in alike]
    by_id = {one.pk: one for one in alike}
    for place, pk in zip(sorted(places), moved([one.pk for one in alike], part_id, by), strict=True):
        by_id[pk].position = place
    Part.objects.bulk_update(alike, ["position"])
    touch(guide, "saved", actor)


@transaction.atomic
def remove_part(*, guide_id: int, part_id: int, actor: str) -> None:
    """Remove a part and its file.

    Raises:
        GuideRefused: when the part is gone already.
    """
    guide = lock_guide(guide_id)
    part = _part(guide, part_id)
    name = part.file
    part.delete()
    transaction.on_commit(lambda: drop(name))
    touch(guide, "saved", actor)


def _part(guide: Guide, part_id: int) -> Part:
    part = guide.parts.filter(pk=part_id).first()
    if part is None:
        raise GuideRefused("This part is gone; somebody else removed it.")
    return part
