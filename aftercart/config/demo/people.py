"""Who shops in the demo: invented people in seven countries who read five languages."""

from __future__ import annotations

import random
from dataclasses import dataclass

from aftercart.orders.addresses import Address


@dataclass(frozen=True)
class Land:
    """Where people come from: how they are called, where they live, in which channel they buy."""

    country: str
    language: str
    channel: str
    weight: int
    given: tuple[str, ...]
    family: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    streets: tuple[str, ...]
    family_first: bool = False


LANDS = (
    Land(
        "DE",
        "en",
        "main",
        26,
        ("Anna", "Jonas", "Lea", "Paul", "Mia", "Felix", "Clara", "Emil"),
        ("Weber", "Vogel", "Brandt", "Keller", "Lorenz", "Busch"),
        (("Berlin", "10115"), ("Hamburg", "20095"), ("Leipzig", "04109"), ("Köln", "50667")),
        ("Lindenweg", "Gartenstraße", "Am Markt"),
    ),
    Land(
        "GB",
        "en",
        "main",
        14,
        ("Grace", "Oliver", "Amelia", "Harry", "Isla", "George", "Freya"),
        ("Clarke", "Bennett", "Shaw", "Reid", "Foster"),
        (("London", "SW1A 1AA"), ("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR")),
        ("High Street", "Mill Lane", "Station Road"),
    ),
    Land(
        "PL",
        "pl",
        "polska",
        24,
        ("Zofia", "Jakub", "Maja", "Michał", "Łucja", "Wojciech", "Agnieszka", "Paweł"),
        ("Nowak", "Wójcik", "Zieliński", "Kamińska", "Żak", "Dąbrowska"),
        (("Warszawa", "00-001"), ("Kraków", "30-001"), ("Gdańsk", "80-001"), ("Łódź", "90-001")),
        ("ul. Lipowa", "ul. Ogrodowa", "ul. Słoneczna"),
    ),
    Land(
        "JP",
        "ja",
        "japan",
        18,
        ("美咲", "蓮", "陽菜", "大翔", "結衣", "悠真", "さくら"),
        ("佐藤", "鈴木", "高橋", "田中", "渡辺", "山本"),
        (("東京都渋谷区", "150-0001"), ("大阪市北区", "530-0001"), ("京都市中京区", "604-0001")),
        ("神南1-2", "梅田3-1", "河原町通4"),
        True,
    ),
    Land(
        "KZ",
        "ru",
        "main",
        10,
        ("Анна", "Дмитрий", "Мария", "Алексей", "Екатерина", "Сергей"),
        ("Ким", "Волкова", "Ахметов", "Соколова", "Лебедев"),
        (("Алматы", "050000"), ("Астана", "010000")),
        ("ул. Абая", "пр. Достык"),
    ),
    Land(
        "TH",
        "th",
        "main",
        12,
        ("สมชาย", "มาลี", "กิตติ", "ณัฐ", "พิมพ์", "อรุณ"),
        ("ใจดี", "สุขสันต์", "ทองดี", "ศรีสุข", "วงศ์ไทย"),
        (("กรุงเทพมหานคร", "10110"), ("เชียงใหม่", "50000"), ("ภูเก็ต", "83000")),
        ("ถนนสุขุมวิท", "ถนนนิมมานเหมินท์"),
    ),
    Land(
        "NL",
        "en",
        "main",
        8,
        ("Sanne", "Daan", "Fleur", "Lars", "Noor"),
        ("de Vries", "Bakker", "Visser", "Smit"),
        (("Amsterdam", "1012 JS"), ("Utrecht", "3511 AA")),
        ("Kerkstraat", "Dorpsweg"),
    ),
)


@dataclass(frozen=True)
class Shopper:
    """A person who may order. ``eagerness`` is how often they come back (a mean number of further orders)."""

    name: str
    email: str
    land: Land
    address: Address
    eagerness: float


def people(count: int, rng: random.Random) -> list[Shopper]:
    """``count`` different people, the same for the same random state."""
    lands = rng.choices(LANDS, weights=[land.weight for land in LANDS], k=count)
    return [_shopper(number, land, rng) for number, land in enumerate(lands, start=1)]


def _shopper(number: int, land: Land, rng: random.Random) -> Shopper:
    given, family = rng.choice(land.given), rng.choice(land.family)
    name = f"{family} {given}" if land.family_first else f"{given} {family}"
    city, postcode = rng.choice(land.places)
    street = f"{rng.choice(land.streets)} {rng.randint(1, 90)}"
    address = Address(name=name, line1=street, city=city, postcode=postcode, country=land.country)
    eagerness = rng.choices((0.15, 1.5, 6.5), weights=(62, 25, 13))[0]
    return Shopper(name, f"shopper{number}@{land.country.lower()}.example", land, address, eagerness)
