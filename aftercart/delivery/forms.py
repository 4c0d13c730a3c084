"""The editor of a shipping method: one line per zone, one time per weekday, names in five languages."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import slugify

from aftercart.delivery.actions import ZoneDraft
from aftercart.delivery.models import WEEKDAYS, ShippingMethod
from aftercart.kernel.money import exponent, from_minor, to_minor

LANGUAGES = list(settings.LANGUAGES)
ZONE_HELP = (
    "One zone a line, the first that fits counts: name; countries (none is everywhere); postcodes such as "
    "10000-19999 or IV* (none is all); working days such as 2-3."
)
MOST_ZONES = 200


class ZonesField(forms.CharField):
    """Zones as lines of text, because a shopkeeper has many and pastes them."""

    widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})

    def clean(self, value: Any) -> list[ZoneDraft]:
        lines = [line for line in str(super().clean(value)).splitlines() if line.strip()]
        if len(lines) > MOST_ZONES:
            raise forms.ValidationError(f"At most {MOST_ZONES} zones.")
        return [_zone(number, line) for number, line in enumerate(lines, start=1)]


def _zone(number: int, line: str) -> ZoneDraft:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 4:
        raise forms.ValidationError(f"Line {number}: write name; countries; postcodes; days.")
    name, countries, postcodes, days = parts
    codes = tuple(code.upper() for code in re.split(r"[,\s]+", countries) if code)
    if any(not re.fullmatch("[A-Z]{2}", code) for code in codes):
        raise forms.ValidationError(f"Line {number}: a country is two letters, such as PL.")
    found = re.fullmatch(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?", days)
    if not found:
        raise forms.ValidationError(f"Line {number}: days are a number or a range, such as 2-3.")
    low, high = int(found[1]), int(found[2] or found[1])
    entries = tuple(entry.strip()[:40] for entry in postcodes.split(",") if entry.strip())
    return ZoneDraft(
        name=name[:80] or "Zone", countries=codes, postcodes=entries, transit_min=low, transit_max=high
    )


class MethodForm(forms.Form):
    """A way to send."""

    carrier = forms.CharField(max_length=80, required=False, help_text="As your carrier's parcels name it.")
    price = forms.DecimalField(min_value=Decimal(0), max_digits=12, decimal_places=3)
    free_from = forms.DecimalField(min_value=Decimal(0), max_digits=12, decimal_places=3, required=False)
    handling_days = forms.IntegerField(
        min_value=0, max_value=60, help_text="Working days from taken in hand to sent."
    )
    origin_country = forms.RegexField(
        "^[A-Za-z]{2}$", help_text="Two letters: whose public holidays you keep."
    )
    origin_region = forms.CharField(max_length=10, required=False, help_text="Such as BY for Bavaria.")
    delivers_saturday = forms.BooleanField(required=False, label="The carrier delivers on Saturdays")
    is_active = forms.BooleanField(required=False, label="Offered to shoppers")
    position = forms.IntegerField(min_value=0, max_value=999, help_text="Smaller comes first.")
    zones = ZonesField(max_length=20_000, help_text=ZONE_HELP)

    def __init__(self, currency: str, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.currency = currency
        for code, name in LANGUAGES:
            self.fields[f"name_{code}"] = forms.CharField(
                max_length=120, required=code == "en", label=f"Name in {name}"
            )
        for day, name in enumerate(WEEKDAYS):
            self.fields[f"cut_off_{day}"] = forms.TimeField(
                required=False, label=name, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
            )
        self.fields["price"].label = f"Price in {currency}"
        self.fields["free_from"].label = f"Free from, in {currency}"
        names, cut_offs = [f"name_{code}" for code, _ in LANGUAGES], [f"cut_off_{day}" for day in range(7)]
        self.order_fields([*names, "carrier", "price", "free_from", *cut_offs])

    @staticmethod
    def initial_of(method: ShippingMethod) -> dict[str, Any]:
        """The form as the method stands."""
        currency = method.channel.currency
        zones = list(method.zones.all()) if method.pk else []
        return {
            **{f"name_{code}": method.names.get(code, "") for code, _ in LANGUAGES},
            **{f"cut_off_{day}": method.cut_offs.get(str(day), "") for day in range(7)},
            "carrier": method.carrier,
            "price": from_minor(method.price_minor, currency).amount,
            "free_from": _amount(method.free_from_minor, currency),
            "handling_days": method.handling_days,
            "origin_country": method.origin_country or method.channel.country,
            "origin_region": method.origin_region,
            "delivers_saturday": method.delivers_saturday,
            "is_active": method.is_active,
            "position": method.position,
            "zones": "\n".join(
                f"{zone.name}; {', '.join(zone.countries)}; {', '.join(zone.postcodes)}; "
                f"{zone.transit_min}-{zone.transit_max}"
                for zone in zones
            ),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        places = exponent(self.currency)
        for name in ("price", "free_from"):
            amount = given.get(name)
            if amount is not None and amount != round(amount, places):
                self.add_error(name, f"{self.currency} has no such small part.")
        return given

    def values(self) -> dict[str, Any]:
        """The columns as the action takes them."""
        given = self.cleaned_data
        free = given["free_from"]
        return {
            "names": {code: given[f"name_{code}"] for code, _ in LANGUAGES if given[f"name_{code}"]},
            "carrier": given["carrier"],
            "price_minor": to_minor(given["price"], self.currency),
            "free_from_minor": to_minor(free, self.currency) if free is not None else None,
            "cut_offs": {
                str(day): _clock(given[f"cut_off_{day}"]) for day in range(7) if given[f"cut_off_{day}"]
            },
            "handling_days": given["handling_days"],
            "origin_country": given["origin_country"].upper(),
            "origin_region": given["origin_region"].upper(),
            "delivers_saturday": given["delivers_saturday"],
            "is_active": given["is_active"],
            "position": given["position"],
        }

    def key(self) -> str:
        """A new method's name for systems."""
        return slugify(self.cleaned_data["name_en"])[:60] or "method"


def _clock(value: time) -> str:
    return value.isoformat("minutes")


def _amount(minor: int | None, currency: str) -> Decimal | None:
    return from_minor(minor, currency).amount if minor is not None else None
