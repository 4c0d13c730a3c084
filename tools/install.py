"""Install the project into the running virtual environment at the pinned versions.

Uses uv when it can be had (seconds), else pip (a minute). Standard library only.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    extras = sys.argv[1] if len(sys.argv) > 1 else ""
    target = f"{ROOT}[{extras}]" if extras else str(ROOT)
    pinned = ["--constraint", str(ROOT / "constraints.txt"), "--editable", target]
    print(f"Installing Aftercart{f' with {extras}' if extras else ''} ...", flush=True)
    if _quiet("-m", "pip", "install", "uv") and _quiet("-m", "uv", "pip", "install", *pinned):
        return 0
    return subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", *pinned])


def _quiet(*arguments: str) -> bool:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, check=False, cwd=ROOT).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
