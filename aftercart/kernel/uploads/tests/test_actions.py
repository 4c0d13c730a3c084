"""Photos come, stay or are swept; rows and files go together."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import Http404
from pytest_django.fixtures import Settings

from aftercart.kernel import clock
from aftercart.kernel.uploads import store
from aftercart.kernel.uploads.actions import add_photo, drop_photo, erase_photos, keep_photos, sweep
from aftercart.kernel.uploads.models import Upload
from aftercart.kernel.uploads.photos import MOST_BYTES, PhotoRefused
from aftercart.kernel.uploads.serving import serve_photo
from aftercart.kernel.uploads.testing import make_photo

DRAFT = "draft:order:7:abc"


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*.jpg")}


def send(colour: str = "#b08050", subject: str = DRAFT, customer_id: int | None = None) -> Upload:
    content = make_photo((64, 64), colour=colour)
    return add_photo(file=content, purpose="claims", subject=subject, customer_id=customer_id)


@pytest.mark.django_db
def test_a_photo_lies_under_a_name_of_chance_readable_by_us_alone(uploads_here: Path) -> None:
    sent = SimpleUploadedFile("../../etc/passwd.php", make_photo(), content_type="text/html")
    upload = add_photo(file=sent, purpose="claims", subject=DRAFT)
    assert files(uploads_here) == {upload.path, upload.small_path}
    assert (len(upload.name), "passwd" in upload.path) == (32, False)
    assert store.read(upload)[:3] == b"\xff\xd8\xff"
    assert len(store.read(upload, small=True)) < len(store.read(upload)) == upload.size


@pytest.mark.django_db
def test_the_deployments_storage_is_private_and_outside_of_every_address(settings: Settings) -> None:
    kept = store.storage()
    assert isinstance(kept, FileSystemStorage)
    assert (kept.file_permissions_mode, kept.directory_permissions_mode) == (0o600, 0o700)
    assert Path(kept.path("")).is_relative_to(settings.DATA_DIR)
    for served in (settings.STATIC_ROOT, settings.MEDIA_ROOT):
        assert not Path(kept.path("")).is_relative_to(served)


@pytest.mark.django_db
def test_the_same_file_twice_is_one_photo_and_seven_are_too_many(uploads_here: Path) -> None:
    first = send("#000000")
    assert send("#000000") == first
    for number in range(1, 6):
        send(f"#{number}0{number}0{number}0")
    with pytest.raises(PhotoRefused, match="At most 6 photos fit"):
        send("#ffffff")
    assert send("#000000") == first, "what is there already is no seventh"
    assert Upload.objects.of(DRAFT).count() == 6
    assert len(files(uploads_here)) == 12


@pytest.mark.django_db
def test_a_heavy_file_is_refused_unread(uploads_here: Path) -> None:
    class Unreadable(SimpleUploadedFile):
        def read(self, *args: object) -> bytes:
            raise AssertionError("it was read")

    heavy = Unreadable("photo.jpg", b"")
    heavy.size = MOST_BYTES + 1
    with pytest.raises(PhotoRefused, match="too large"):
        add_photo(file=heavy, purpose="claims", subject=DRAFT)
    assert files(uploads_here) == set()


@pytest.mark.django_db(transaction=True)
def test_orphans_and_stray_files_go_after_a_day_and_kept_photos_stay(uploads_here: Path) -> None:
    kept, orphan = send("#111111"), send("#222222", subject="draft:other")
    assert keep_photos(draft=DRAFT, subject="claim:1") == [kept]
    stray = uploads_here / "zz" / f"{'z' * 32}.jpg"
    stray.parent.mkdir()
    stray.write_bytes(b"left behind by a rollback")
    now = clock.now()
    assert sweep(now=now + timedelta(hours=23)) == 0
    assert sweep(now=now + timedelta(hours=25)) == 2
    assert files(uploads_here) == {kept.path, kept.small_path}
    assert list(Upload.objects.all()) == [kept]
    assert not Upload.objects.filter(pk=orphan.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_files_stay_when_the_deletion_is_taken_back(uploads_here: Path) -> None:
    upload = send()
    with transaction.atomic():
        assert drop_photo(name=upload.name, subject=DRAFT)
        transaction.set_rollback(True)
    assert files(uploads_here) == {upload.path, upload.small_path}
    assert not drop_photo(name=upload.name, subject="draft:somebody-elses")
    assert drop_photo(name=upload.name, subject=DRAFT)
    assert files(uploads_here) == set()


@pytest.mark.django_db(transaction=True)
def test_a_persons_photos_go_with_them(uploads_here: Path) -> None:
    send("#111111", customer_id=7)
    other = send("#222222", customer_id=8)
    assert erase_photos(customer_id=7) == 1
    assert erase_photos(customer_id=7) == 0
    assert files(uploads_here) == {other.path, other.small_path}


@pytest.mark.django_db
def test_it_leaves_as_an_image_and_nothing_else(uploads_here: Path) -> None:
    upload = send()
    for small in (False, True):
        answer = serve_photo(upload, small=small)
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"].startswith("private")
    (uploads_here / upload.path).unlink()
    with pytest.raises(Http404):
        serve_photo(upload)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_photo_from_two_tabs_at_once_is_one(uploads_here: Path) -> None:
    barrier, got = threading.Barrier(6), []

    def tab() -> None:
        try:
            barrier.wait(timeout=30)
            got.append(send().pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=tab) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(got) == 6
    assert len(set(got)) == 1
    upload = Upload.objects.get()
    assert files(uploads_here) == {upload.path, upload.small_path}
