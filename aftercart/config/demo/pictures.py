"""Pictures of the demo's goods: drawn as SVG, one quiet shape on a tinted ground."""

from __future__ import annotations

from pathlib import Path

from aftercart.config.demo.goods import GOODS, Good

SIZE = 480
SHAPES: dict[str, str] = {
    "apron": '<path d="M190 110q50 60 100 0l20 70q40 20 60 50v160q-130 40-260 0V230q20-30 60-50z" fill="{a}"/>'
    '<rect x="200" y="270" width="80" height="70" rx="10" fill="{b}"/>',
    "board": '<rect x="120" y="150" width="240" height="190" rx="26" fill="{a}"/><rect x="215" y="90" width="50" height="80" rx="22" fill="{a}"/>'
    '<circle cx="240" cy="115" r="10" fill="{g}"/><path d="M150 210h180M150 250h180M150 290h180" stroke="{b}" stroke-width="5"/>',
    "spoon": '<g transform="rotate(38 240 240)"><ellipse cx="240" cy="150" rx="42" ry="62" fill="{a}"/><rect x="229" y="200" width="22" height="200" rx="11" fill="{a}"/>'
    '<ellipse cx="240" cy="148" rx="24" ry="42" fill="{b}"/></g>',
    "mug": '<path d="M320 200h30q40 0 40 50t-50 55h-25" fill="none" stroke="{a}" stroke-width="24"/><path d="M130 150h200v170q0 50-50 50H180q-50 0-50-50z" fill="{a}"/>'
    '<ellipse cx="230" cy="150" rx="100" ry="20" fill="{b}"/>',
    "bowl": '<path d="M100 210h280q0 130-100 150h-80q-100-20-100-150z" fill="{a}"/><ellipse cx="240" cy="210" rx="140" ry="34" fill="{b}"/>'
    '<rect x="200" y="355" width="80" height="20" rx="8" fill="{a}"/>',
    "plate": '<circle cx="240" cy="240" r="140" fill="{a}"/><circle cx="240" cy="240" r="96" fill="{b}"/><circle cx="240" cy="240" r="88" fill="{a}" opacity=".55"/>',
    "teapot": '<path d="M130 250q-60-10-70-70 30 10 80 20zM350 210q60-20 60 40t-70 60" fill="none" stroke="{a}" stroke-width="22"/>'
    '<ellipse cx="240" cy="265" rx="120" ry="95" fill="{a}"/><ellipse cx="240" cy="180" rx="60" ry="16" fill="{b}"/><circle cx="240" cy="158" r="16" fill="{a}"/>',
    "knife": '<g transform="rotate(-32 240 240)"><path d="M60 220h230v50H150q-70 0-90-50z" fill="{b}"/><rect x="285" y="218" width="140" height="40" rx="16" fill="{a}"/></g>',
    "pot": '<rect x="110" y="190" width="260" height="170" rx="30" fill="{a}"/><path d="M110 230H80M370 230h30" stroke="{a}" stroke-width="26" stroke-linecap="round"/>'
    '<rect x="100" y="165" width="280" height="34" rx="17" fill="{b}"/><circle cx="240" cy="148" r="18" fill="{a}"/>',
    "pan": '<circle cx="200" cy="270" r="110" fill="{a}"/><circle cx="200" cy="270" r="84" fill="{b}"/><rect x="285" y="150" width="150" height="28" rx="14" transform="rotate(-35 285 190)" fill="{a}"/>',
    "jar": '<rect x="160" y="170" width="160" height="210" rx="34" fill="{a}"/><rect x="175" y="120" width="130" height="48" rx="12" fill="{b}"/>'
    '<rect x="185" y="240" width="110" height="70" rx="8" fill="{g}"/>',
    "towel": '<rect x="130" y="110" width="220" height="270" rx="8" fill="{a}"/><path d="M130 160h220M130 185h220M130 320h220M130 345h220" stroke="{b}" stroke-width="10"/>',
    "carafe": '<path d="M205 100h70v90q60 40 60 110 0 80-95 80t-95-80q0-70 60-110z" fill="{a}"/><path d="M152 290q88 30 176 0-4 78-88 82-84-4-88-82z" fill="{b}"/>',
    "glass": '<path d="M165 110h150q10 130-60 150v90h50v24H175v-24h50v-90q-70-20-60-150z" fill="{a}"/><path d="M170 170h140q-6 70-70 80-64-10-70-80z" fill="{b}"/>',
    "candle": '<rect x="195" y="190" width="90" height="190" rx="12" fill="{a}"/><path d="M240 100q36 46 0 80-36-34 0-80z" fill="{b}"/><path d="M240 175v20" stroke="#444" stroke-width="6"/>',
    "planter": '<path d="M150 260h180l-24 130H174z" fill="{a}"/><path d="M240 260q-10-90-80-110 0 80 80 110zM240 260q10-120 90-130-6 96-90 130z" fill="{b}"/>',
    "dripper": '<path d="M120 160h240l-80 130h-80z" fill="{a}"/><rect x="170" y="290" width="140" height="24" rx="12" fill="{b}"/><path d="M190 320h100v50q0 24-50 24t-50-24z" fill="{a}" opacity=".6"/>',
    "bag": '<path d="M150 130h180l14 240q-104 30-208 0z" fill="{a}"/><path d="M150 130h180l4 44H146z" fill="{b}"/><circle cx="240" cy="270" r="46" fill="{g}"/>',
    "mill": '<path d="M205 200h70l24 180H181z" fill="{a}"/><circle cx="240" cy="160" r="46" fill="{a}"/><rect x="196" y="196" width="88" height="16" rx="8" fill="{b}"/><circle cx="240" cy="104" r="13" fill="{b}"/>',
    "mortar": '<path d="M110 230h260q0 110-90 130v24H200v-24q-90-20-90-130z" fill="{a}"/><rect x="270" y="90" width="34" height="170" rx="17" transform="rotate(28 287 175)" fill="{b}"/>',
}


def draw(good: Good) -> str:
    """The picture of a product, a square SVG."""
    colours = {
        "a": f"hsl({good.hue} 32% 46%)",
        "b": f"hsl({good.hue} 30% 68%)",
        "g": f"hsl({good.hue} 34% 92%)",
    }
    shape = SHAPES[good.shape].format(**colours)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img">'
        f'<rect width="{SIZE}" height="{SIZE}" fill="{colours["g"]}"/>'
        f'<ellipse cx="240" cy="398" rx="140" ry="12" fill="#000" opacity=".07"/>{shape}</svg>\n'
    )


def draw_all(folder: Path) -> None:
    """Write a picture for every product into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for good in GOODS:
        (folder / f"{good.handle}.svg").write_text(draw(good), encoding="utf-8")
