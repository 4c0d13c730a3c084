"""The demo's logins: passwords are generated once and kept in the data folder, readable by its owner."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True, kw_only=True)
class Login:
    """A way in to the demo's desk."""

    role: str
    name: str
    email: str
    password: str


CAST = (("owner", "Ada Holm"), ("agent", "Ben Okafor"), ("marketer", "Mei Tanaka"))


def demo_logins() -> list[Login]:
    """The logins of this demo, made on the first call."""
    path = Path(settings.DATA_DIR) / "demo-logins.json"
    if path.exists():
        return [Login(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
    logins = [
        Login(
            role=role,
            name=name,
            email=f"{name.split(maxsplit=1)[0].lower()}@demo.example",
            password=_password(),
        )
        for role, name in CAST
    ]
    path.touch(mode=0o600)
    path.write_text(json.dumps([asdict(login) for login in logins], indent=2), encoding="utf-8")
    return logins


def _password() -> str:
    return "-".join(secrets.token_hex(3) for _ in range(3))
