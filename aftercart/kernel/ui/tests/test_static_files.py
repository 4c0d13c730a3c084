"""What pages load: one current stylesheet, vendored files as their makers published them, compressed."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from pytest_django import Settings

from aftercart.kernel.ui import static_files
from aftercart.kernel.ui.assets import asset_url
from tools.bundle import TARGET, bundle

VENDORED = {
    # npm echarts 6.1.0, dist/echarts.common.min.js
    "ui/vendor/echarts.common.min.js": "61f13280aba3161f77fc801bf5f9c786f55f10432153a0683fc5cc0700b013d5",
    # as django-htmx ships it: htmx 2
    "django_htmx/htmx-2.min.js": "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de",
}


def test_the_stylesheet_is_joined_from_its_parts() -> None:
    assert TARGET.read_text(encoding="utf-8") == bundle(), "run: python -m tools.bundle"


@pytest.mark.parametrize("path", VENDORED)
def test_a_vendored_file_is_unchanged(path: str) -> None:
    found = finders.find(path)

    assert isinstance(found, str)
    assert hashlib.sha256(Path(found).read_bytes()).hexdigest() == VENDORED[path]


@pytest.mark.parametrize("path", ["ui/ui.css", "ui/icons.svg", "ui/vendor/echarts.common.min.js"])
def test_files_travel_compressed(client: Client, path: str) -> None:
    answer = client.get(f"/static/{path}", headers={"accept-encoding": "gzip"})
    found = finders.find(path)

    assert isinstance(found, str)
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.getvalue()) == Path(found).read_bytes()


def test_who_cannot_unpack_gets_the_plain_file(client: Client) -> None:
    answer = client.get("/static/ui/ui.css")

    assert not answer.has_header("Content-Encoding")
    assert answer.getvalue() == TARGET.read_bytes()


def test_modules_are_asked_for_again(client: Client) -> None:
    answer = client.get("/static/ui/js/start.js")

    assert b"import(" in answer.getvalue()
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Type"].startswith("text/javascript")


def test_a_changed_file_is_compressed_again(tmp_path: Path, settings: Settings) -> None:
    settings.DATA_DIR = tmp_path
    file = tmp_path / "some.css"
    file.write_text("a{}")
    first = static_files.compressed(file)
    file.write_text("a{color:red}")

    assert gzip.decompress(static_files.compressed(file).read_bytes()) == b"a{color:red}"
    assert gzip.decompress(first.read_bytes()) == b"a{}"


def test_an_address_changes_with_its_file() -> None:
    assert asset_url("ui/ui.css").startswith("/static/ui/ui.css?v=")
    assert asset_url("ui/js/start.js") == "/static/ui/js/start.js"
    with pytest.raises(FileNotFoundError):
        asset_url("ui/nothing.css")
