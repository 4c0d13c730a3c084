"""Where carriers show a parcel to the public, for parcels that came without a link of their own."""

from __future__ import annotations

import re
from urllib.parse import quote

PAGES = {
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    "deutschepost": "https://www.deutschepost.de/de/s/sendungsverfolgung.html?piececode={}",
    "dpd": "https://tracking.dpd.de/status/en_US/parcel/{}",
    "gls": "https://gls-group.com/track/{}",
    "hermes": "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#{}",
    "ups": "https://www.ups.com/track?tracknum={}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
    "inpost": "https://inpost.pl/sledzenie-przesylek?number={}",
    "pocztapolska": "https://emonitoring.poczta-polska.pl/?numer={}",
    "royalmail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "evri": "https://www.evri.com/track/parcel/{}",
    "correios": "https://rastreamento.correios.com.br/app/index.php?objeto={}",
    "japanpost": "https://trackings.post.japanpost.jp/services/srv/search/direct?reqCodeNo1={}",
    "yamato": "https://jizen.kuronekoyamato.co.jp/jizen/servlet/crjz.b.NQ0010?id={}",
    "sagawa": "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={}",
    "thailandpost": "https://track.thailandpost.co.th/?trackNumber={}",
    "kerry": "https://th.kerryexpress.com/th/track/?track={}",
    "flash": "https://www.flashexpress.com/fle/tracking?se={}",
    "russianpost": "https://www.pochta.ru/tracking?barcode={}",
    "cdek": "https://www.cdek.ru/ru/tracking?order_id={}",
    "postnl": "https://postnl.nl/tracktrace/?B={}",
    "laposte": "https://www.laposte.fr/outils/suivre-vos-envois?code={}",
}


def tracking_page(*, carrier: str, tracking_number: str, tracking_url: str) -> str:
    """The public page of a parcel: its own link when that is safe, else the carrier's; or empty."""
    if tracking_url.startswith(("https://", "http://")):
        return tracking_url
    known = re.sub(r"[\W_]+", "", carrier.casefold())
    page = next((PAGES[name] for name in sorted(PAGES, key=len, reverse=True) if known.startswith(name)), "")
    return page.format(quote(tracking_number, safe="")) if page and tracking_number else ""
