"""The files behind uploads: in the storage ``uploads``, which no address leads to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from aftercart.kernel.uploads.models import Upload


def storage() -> Storage:
    """The data folder's ``uploads``, or what ``STORAGES["uploads"]`` names: a bucket, say."""
    return storages["uploads"]


def write(upload: Upload, content: bytes, small: bytes) -> None:
    """Put a photo and its thumbnail in place."""
    storage().save(upload.path, ContentFile(content))
    storage().save(upload.small_path, ContentFile(small))


def read(upload: Upload, *, small: bool = False) -> bytes:
    """The bytes of a photo.

    Raises:
        FileNotFoundError: when they are gone.
    """
    with storage().open(upload.small_path if small else upload.path) as file:
        return bytes(file.read())


def remove(*paths: str) -> None:
    """Delete files; what is gone already stays so."""
    for path in paths:
        storage().delete(path)


def files_before(moment: datetime) -> Iterator[str]:
    """The paths of all files written before ``moment``."""
    kept = storage()
    if not kept.exists(""):
        return
    for folder in kept.listdir("")[0]:
        for name in kept.listdir(folder)[1]:
            path = f"{folder}/{name}"
            if kept.get_modified_time(path) < moment:
                yield path
