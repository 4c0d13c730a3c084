"""The ``aftercart`` command: every subcommand is one module beside this file."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command line; exits 0 (done), 1 (could not) or 2 (wrong words)."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercart.config.settings")
    execute_from_command_line(["aftercart", *sys.argv[1:]])
