"""All that CI checks besides tests; ``--fix`` writes what can be written."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def commands(*, fix: bool) -> list[tuple[str, list[str]]]:
    """What is checked, in order, with the command of each."""
    python = sys.executable
    templates = [str(path) for path in sorted(ROOT.glob("aftercart/**/templates/**/*.html"))]
    djlint = [str(BIN / "djlint"), "aftercart", "--extension=html", "--quiet"]
    djade = [str(BIN / "djade"), "--target-version", "5.2", *templates]
    return [
        ("ruff", [str(BIN / "ruff"), "check", *(["--fix"] if fix else []), "."]),
        ("ruff format", [str(BIN / "ruff"), "format", *([] if fix else ["--check"]), "."]),
        ("mypy", [str(BIN / "mypy")]),
        ("import-linter", [str(BIN / "lint-imports"), "--no-cache"]),
        ("house rules", [python, "-m", "tools.house_rules"]),
        ("djade", djade if fix else [*djade, "--check"]),
        ("djlint", [*djlint, "--lint"]),
        ("migrations", [python, "-m", "aftercart", "makemigrations", "--check", "--dry-run"]),
        ("translations", [python, "-m", "tools.messages", "--check"]),
    ]


def main(arguments: list[str]) -> int:
    """Run every check; exit code 1 when one failed, after all have run."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="aftercart-check-") as folder:
        environment = {**os.environ, "AFTERCART_DATA_DIR": folder}
        for name, command in commands(fix="--fix" in arguments):
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            sys.stdout.write(f"{name:<16} {'ok' if done.returncode == 0 else 'FAILED'}\n")
            sys.stdout.flush()
            if done.returncode != 0:
                failed.append(name)
                sys.stdout.write(done.stdout + done.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
