"""Where carriers show a parcel to the public, in the reader's language where they have it."""

from __future__ import annotations

from urllib.parse import quote

from aftercart.tracking.numbers.carriers import carrier_named, carriers


def tracking_page(
    *, carrier: str, tracking_number: str, tracking_url: str, carrier_code: str = "", language: str = ""
) -> str:
    """The public page of a parcel: its own link when that is safe, else the carrier's; or empty."""
    if tracking_url.startswith(("https://", "http://")):
        return tracking_url
    known = carriers().get(carrier_code) or carrier_named(carrier)
    if known is None or not tracking_number:
        return ""
    page = known.pages.get(language.split("-", maxsplit=1)[0]) or known.pages.get("any", "")
    return page.replace("{}", quote(tracking_number, safe=""))
