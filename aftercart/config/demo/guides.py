"""The demo's guides, through the app's own actions: words of five languages, drawn steps, what readers said."""

from __future__ import annotations

import io
import random
import tomllib
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from aftercart.catalog.models import Product
from aftercart.guides.actions import add_guide, add_part, publish_guide, save_guide, tell_outcome
from aftercart.guides.models import Guide, Part

LANGUAGES = ("en", "pl", "ja", "ru", "th")
NAMES = {Part.Kind.STEP: ("title", "body"), Part.Kind.ANSWER: ("question", "answer")}
SIZE = (1200, 720)
GROUND, WOOD, SHADE, LIGHT, INK = "#efe9df", "#c79a66", "#a97c4a", "#f7f3ec", "#4f6d7a"
PER_MILLE_WORKED = 880


def write_guides(*, seed: int) -> None:
    """Write and publish the guides; readers' answers follow from the seed."""
    chance = random.Random(seed)  # noqa: S311 - a demo's chance
    text = Path(__file__).with_name("guides.toml").read_text(encoding="utf-8")
    for told in tomllib.loads(text)["guide"]:
        _answers(_write(told), chance)


def _write(told: dict[str, Any]) -> Guide:
    products = Product.objects.filter(handle__in=told["products"]).values_list("pk", flat=True)
    guide = add_guide(title=told["title"][0], language="en", product_ids=list(products), actor="system")
    kinds = [*[Part.Kind.STEP] * (len(told["step"]) - 1), *[Part.Kind.ANSWER] * len(told["answer"])]
    for kind in kinds:
        add_part(guide_id=guide.pk, kind=kind, actor="system")
    drafts = list(zip(guide.parts.all(), [*told["step"], *told["answer"]], strict=True))
    for place, language in enumerate(LANGUAGES):
        guide.refresh_from_db()
        save_guide(
            guide_id=guide.pk,
            language=language,
            words={name: told[name][place] for name in ("title", "lead")},
            parts={
                part.pk: {name: draft[name][place] for name in NAMES[Part.Kind(part.kind)]}
                for part, draft in drafts
            },
            pictures=_pictures(drafts) if place == 0 else {},
            product_ids=None,
            seen_version=guide.version,
            actor="system",
        )
    return publish_guide(guide_id=guide.pk, is_published=True, languages=LANGUAGES, actor="system")


def _pictures(drafts: list[tuple[Part, dict[str, Any]]]) -> dict[int, Any]:
    return {
        part.pk: SimpleUploadedFile("step.png", drawn(draft["shape"]))
        for part, draft in drafts
        if "shape" in draft
    }


def _answers(guide: Guide, chance: random.Random) -> None:
    for number in range(chance.randrange(20, 45)):
        tell_outcome(
            guide_id=guide.pk,
            has_worked=chance.randrange(1000) < PER_MILLE_WORKED,
            key=f"demo:{guide.pk}:{number}",
            language=chance.choice(LANGUAGES),
            actor="visitor",
        )


def drawn(shape: str) -> bytes:
    """A step's picture as PNG: the thing at the middle, what happens to it above."""
    picture = Image.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(picture)
    thing, _, what = shape.partition("-")
    if thing == "board":
        pen.rounded_rectangle((300, 330, 900, 600), 48, fill=WOOD)
        for y in (390, 450, 510):
            pen.line((360, y, 840, y), fill=SHADE, width=6)
    else:
        pen.rounded_rectangle((440, 400, 760, 640), 60, fill=WOOD)
        pen.arc((690, 430, 850, 590), 260, 100, fill=WOOD, width=28)
        pen.polygon([(400, 240), (800, 240), (680, 400), (520, 400)], fill=SHADE)
    if what == "wash":
        for x, y in ((420, 100), (540, 60), (660, 100), (780, 70), (480, 180), (720, 170)):
            pen.polygon([(x, y - 40), (x - 26, y + 20), (x + 26, y + 20)], fill=INK)
            pen.ellipse((x - 28, y - 2, x + 28, y + 54), fill=INK)
    elif what == "rub":
        pen.rounded_rectangle((470, 250, 760, 410), 60, fill=LIGHT, outline=INK, width=8)
        pen.arc((330, 180, 880, 520), 200, 340, fill=INK, width=12)
    elif what == "pour":
        pen.arc((250, 20, 620, 330), 250, 360, fill=INK, width=24)
    else:
        pen.ellipse((480, 60, 720, 300), fill=LIGHT, outline=INK, width=12)
        pen.line((600, 180, 600, 105), fill=INK, width=12)
        pen.line((600, 180, 660, 205), fill=INK, width=12)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
