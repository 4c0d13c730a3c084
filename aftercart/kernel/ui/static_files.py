"""Static files straight from the apps, compressed once into the data folder: no build step, no collecting."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

COMPRESSED = {".css", ".js", ".svg", ".json", ".txt"}
SMALL = 1024


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise with a cache of compressed copies; a browser asks for modules again each time."""

    def add_files(self, root: str, prefix: str | None = None) -> None:
        if Path(root).is_dir():
            super().add_files(root, prefix)

    def get_static_file(
        self, path: str, url: str, stat_cache: dict[str, os.stat_result] | None = None
    ) -> Any:
        plain = super().get_static_file(path, url, stat_cache)
        file = Path(path)
        if self.autorefresh or file.suffix not in COMPRESSED or file.stat().st_size < SMALL:
            return plain
        small = str(compressed(file))
        known = {path: file.stat(), small: Path(small).stat()}
        headers = [
            (name, value)
            for name, value in plain.get_path_and_headers({})[1]
            if name in {"Content-Type", "Cache-Control"}
        ]
        return StaticFile(path, headers, encodings={"gzip": small}, stat_cache=known)

    def add_cache_headers(self, headers: Any, path: str, url: str) -> None:
        super().add_cache_headers(headers, path, url)
        if "/js/" in url:
            headers["Cache-Control"] = "no-cache"


def compressed(file: Path) -> Path:
    """The compressed copy of a file, made when there is none of this version."""
    stat = file.stat()
    version = hashlib.sha256(f"{file}:{stat.st_mtime_ns}:{stat.st_size}".encode()).hexdigest()[:24]
    target = Path(settings.DATA_DIR) / "static-gzip" / f"{version}.gz"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_suffix(f".{os.getpid()}")
        half.write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))
        half.replace(target)
    return target
