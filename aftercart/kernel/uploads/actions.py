"""The only writers of uploads. A file is written before its row, and deleted after it: no row lacks its file."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import ngettext

from aftercart.kernel import clock
from aftercart.kernel.uploads import store
from aftercart.kernel.uploads.models import Upload
from aftercart.kernel.uploads.photos import MOST_BYTES, TOO_HEAVY, PhotoRefused, clean_photo

ORPHANS_LIVE = timedelta(hours=24)
BATCH = 500


def add_photo(
    *,
    file: UploadedFile[bytes] | bytes,
    purpose: str,
    subject: str,
    customer_id: int | None = None,
    most: int = 6,
    now: datetime | None = None,
) -> Upload:
    """Take a photo that somebody sent. It is an orphan until :func:`keep_photos`, and swept after a day.

    ``subject`` names a draft that only its sender knows (``"draft:order:7:<key>"``). The same file sent twice for
    one subject is one upload.

    Raises:
        PhotoRefused: when it is no photo (see :mod:`photos`), or ``most`` are there already.
    """
    content = _content(file)
    digest = hashlib.sha256(content).hexdigest()
    known = Upload.objects.filter(subject=subject, digest=digest).first()
    if known:
        return known
    if Upload.objects.filter(subject=subject).count() >= most:
        words = ngettext("At most %(most)s photo fits.", "At most %(most)s photos fit.", most)
        raise PhotoRefused(words % {"most": most})
    photo = clean_photo(content)
    upload = Upload(
        name=secrets.token_hex(16),
        purpose=purpose,
        subject=subject,
        customer_id=customer_id,
        width=photo.width,
        height=photo.height,
        size=len(photo.content),
        digest=digest,
        sent_at=now or clock.now(),
    )
    store.write(upload, photo.content, photo.small)
    return _recorded(upload)


def _content(file: UploadedFile[bytes] | bytes) -> bytes:
    if isinstance(file, bytes):
        return file
    if file.size is None or file.size > MOST_BYTES:
        raise PhotoRefused(TOO_HEAVY)
    return bytes(file.read())


def _recorded(upload: Upload) -> Upload:
    """The row of a photo whose files are written; another request's, when that was quicker."""
    values = {field.name: getattr(upload, field.name) for field in Upload._meta.fields if field.name != "id"}
    with transaction.atomic():
        kept, is_new = Upload.objects.get_or_create(
            subject=upload.subject, digest=upload.digest, defaults=values
        )
    if not is_new:
        store.remove(upload.path, upload.small_path)
    return kept


@transaction.atomic
def keep_photos(*, draft: str, subject: str, most: int = 6, now: datetime | None = None) -> list[Upload]:
    """Give a draft's photos to the thing it became; they stay as long as that does."""
    found = list(Upload.objects.select_for_update().of(draft)[:most])
    for upload in found:
        upload.subject, upload.kept_at = subject, now or clock.now()
    Upload.objects.bulk_update(found, ["subject", "kept_at"])
    return found


@transaction.atomic
def drop_photo(*, name: str, subject: str) -> bool:
    """Delete one photo of a subject; whether there was one."""
    return _delete(Upload.objects.filter(name=name, subject=subject)) > 0


@transaction.atomic
def erase_photos(*, customer_id: int) -> int:
    """Delete every photo a person sent, to whatever app; gives how many."""
    return _delete(Upload.objects.filter(customer_id=customer_id))


def sweep(*, now: datetime) -> int:
    """Delete what nobody kept within a day, and files whose row is gone; gives how many uploads and files."""
    before = now - ORPHANS_LIVE
    with transaction.atomic():
        orphans = Upload.objects.filter(kept_at__isnull=True, sent_at__lt=before)
        swept = _delete(Upload.objects.filter(pk__in=orphans.values("pk")[:BATCH]))
    stray = _without_row(list(store.files_before(before)))
    store.remove(*stray)
    return swept + len(stray)


def _delete(found: Iterable[Upload]) -> int:
    uploads = list(found)
    paths = [path for upload in uploads for path in (upload.path, upload.small_path)]
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).delete()
    transaction.on_commit(lambda: store.remove(*paths))
    return len(uploads)


def _without_row(paths: Collection[str]) -> list[str]:
    """The files that no upload names, asked in batches."""
    names = sorted({_name(path) for path in paths})
    known: set[str] = set()
    for start in range(0, len(names), BATCH):
        found = Upload.objects.filter(name__in=names[start : start + BATCH])
        known |= set(found.values_list("name", flat=True))
    return [path for path in paths if _name(path) not in known]


def _name(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]
