"""Another web process: signs in as ``argv[1]`` with a wrong password, ``argv[2]`` times, and tells how often."""

from __future__ import annotations

import os
import sys

import django


def main(email: str, times: int) -> None:
    """Knock, then say so."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercart.config.settings")
    django.setup()
    from django.test import Client

    for _ in range(times):
        client = Client(SERVER_NAME="localhost")  # tries are counted per site
        client.post("/accounts/login/", {"login": email, "password": "wrong"})
    sys.stdout.write(f"knocked {times}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
