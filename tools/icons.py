"""Write the icon sprite from an unpacked ``lucide-static`` package.

    npm pack lucide-static && tar xzf lucide-static-*.tgz
    python -m tools.icons package/icons truck star      # adds these to the sprite

Without names the present icons are taken again, for instance from a newer package.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).resolve().parent.parent / "aftercart/kernel/ui/static/ui/icons.svg"
HEAD = (
    "<!-- Icons from Lucide, ISC licence, see LICENSE-lucide.txt. Written by tools/icons.py. -->\n"
    '<svg xmlns="http://www.w3.org/2000/svg">\n'
)


def main(arguments: list[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    folder, wanted = Path(arguments[0]), set(arguments[1:])
    symbols = [symbol(folder / f"{name}.svg") for name in sorted(wanted | present())]
    SPRITE.write_text(HEAD + "".join(symbols) + "</svg>\n", encoding="utf-8")
    print(f"{len(symbols)} icons in {SPRITE.name}")
    return 0


def present() -> set[str]:
    """The names that the sprite has now."""
    return (
        set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8")))
        if SPRITE.exists()
        else set()
    )


def symbol(file: Path) -> str:
    """One file's drawing as a symbol, on one line."""
    drawing = re.search(r"<svg[^>]*>(.*)</svg>", file.read_text(encoding="utf-8"), re.DOTALL)
    if drawing is None:
        raise SystemExit(f"{file} holds no drawing")
    lines = "".join(line.strip() for line in drawing[1].splitlines()).replace(" />", "/>")
    return f'<symbol id="{file.stem}" viewBox="0 0 24 24">{lines}</symbol>\n'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
