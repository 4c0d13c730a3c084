"""What the editor's one form says: the words of a language, and then perhaps one more thing to do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile

from aftercart.guides.actions import add_part, move_part, remove_part, save_guide
from aftercart.guides.models import Guide, Part
from aftercart.guides.rules import GuideRefused
from aftercart.stores.permissions import StaffRequest

WORD = re.compile(r"part-(\d+)-(title|body|question|answer|label)")
PICTURE = re.compile(r"part-(\d+)-picture")
THEN = re.compile(r"(up|down|remove):(\d+)")
ADDS = {"add-step": Part.Kind.STEP, "add-answer": Part.Kind.ANSWER, "add-download": Part.Kind.DOWNLOAD}


@dataclass(frozen=True, kw_only=True)
class Done:
    """What was done, in words, and the place of the page to go back to."""

    words: str = "Saved."
    place: str = ""


def apply_posted(request: StaffRequest, guide: Guide, language: str) -> Done:
    """Save the words, then add, move or remove what the pressed button says.

    Raises:
        GuideRefused: with the reason; nothing was saved then.
    """
    parts: dict[int, dict[str, str]] = {}
    for name, value in request.POST.items():
        if match := WORD.fullmatch(name):
            parts.setdefault(int(match[1]), {})[match[2]] = str(value)
    save_guide(
        guide_id=guide.pk,
        language=language,
        words={name: request.POST.get(f"guide-{name}", "") for name in ("title", "lead", "video")},
        parts=parts,
        pictures=_pictures(request),
        product_ids=[int(pk) for pk in request.POST.getlist("products") if pk.isdecimal()],
        seen_version=_number(request.POST.get("version", "")),
        actor=request.actor,
    )
    return _then(request, guide)


def _pictures(request: StaffRequest) -> dict[int, UploadedFile[bytes]]:
    found: dict[int, UploadedFile[bytes]] = {}
    for name, file in request.FILES.items():
        if match := PICTURE.fullmatch(str(name)):
            assert isinstance(file, UploadedFile)
            found[int(match[1])] = file
    return found


def _then(request: StaffRequest, guide: Guide) -> Done:
    then = request.POST.get("then", "")
    if then in ADDS:
        file = request.FILES.get("document")
        part = add_part(
            guide_id=guide.pk,
            kind=ADDS[then],
            actor=request.actor,
            file=file if isinstance(file, UploadedFile) else None,
        )
        return Done(words="Added.", place=f"#part-{part.pk}")
    match = THEN.fullmatch(then)
    if match is None:
        return Done()
    what, part_id = match[1], int(match[2])
    if what == "remove":
        remove_part(guide_id=guide.pk, part_id=part_id, actor=request.actor)
        return Done(words="Removed.")
    move_part(guide_id=guide.pk, part_id=part_id, by=-1 if what == "up" else 1, actor=request.actor)
    return Done(words="Moved.", place=f"#part-{part_id}")


def _number(text: str) -> int:
    if not text.isdecimal():
        raise GuideRefused("The form was incomplete. Please open the page anew.")
    return int(text)
