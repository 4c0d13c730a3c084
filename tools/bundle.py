"""Join the design system's stylesheets into the one file that pages load: ``python -m tools.bundle``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "aftercart/kernel/ui/static/ui"
TARGET = STATIC / "ui.css"
FIRST = ("tokens", "base", "layout")
HEAD = """/* Written by tools/bundle.py from styles/ and components/; do not edit. */
@layer tokens, base, components, tones, pages;
"""


def bundle() -> str:
    """The joined text: tokens, base, layout, components by name, then the pages' frames."""
    styles = STATIC / "styles"
    frames = sorted(file for file in styles.glob("*.css") if file.stem not in FIRST)
    files = (
        [styles / f"{name}.css" for name in FIRST] + sorted((STATIC / "components").glob("*.css")) + frames
    )
    return HEAD + "".join(squeeze(file.read_text(encoding="utf-8")) for file in files)


def squeeze(text: str) -> str:
    """Without comments and indentation; pictures' addresses seen from the bundle."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).replace('url("../', 'url("')
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line)


if __name__ == "__main__":
    TARGET.write_text(bundle(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.name}: {TARGET.stat().st_size} bytes\n")
