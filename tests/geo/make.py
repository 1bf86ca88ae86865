"""Make city.mmdb and owner.mmdb of the demo anew: the networks that are for documentation.

Run by hand, where `mmdb_writer` is installed, which nothing else needs:

    python tests/geo/make.py
"""

from pathlib import Path
from typing import Any

DEMO = Path(__file__).resolve().parents[2] / "sphaera_support" / "demo"


def named(ru: str, en: str) -> dict[str, Any]:
    return {"names": {"ru": ru, "en": en}}


RUSSIA = named("Россия", "Russia")
CITIES = {
    "203.0.113.0/25": {"city": named("Нижний Новгород", "Nizhny Novgorod"), "country": RUSSIA},
    "203.0.113.128/25": {"country": RUSSIA},
    "198.51.100.0/25": {"city": named("Казань", "Kazan"), "country": RUSSIA},
    "198.51.100.128/25": {
        "city": {"names": {"en": "Almaty"}},
        "country": named("Казахстан", "Kazakhstan"),
    },
    "192.0.2.0/24": {
        "city": named("<b>Город</b>\u202e", "City"),
        "country": named("Страна" * 100, "Country"),
    },
    "2001:db8::/33": {"city": named("Москва", "Moscow"), "country": RUSSIA},
}
OWNERS = {
    "203.0.113.0/24": "Волга-Логистик",
    "198.51.100.0/24": "Вектор",
    "192.0.2.0/24": "<script>alert(1)</script>",
    "2001:db8::/32": "Домашняя сеть",
}


def write(name: str, kind: str, records: dict[str, Any]) -> None:
    from mmdb_writer import MMDBWriter  # type: ignore[import-not-found]
    from netaddr import IPSet  # type: ignore[import-untyped]

    writer = MMDBWriter(6, kind, languages=["ru", "en"], ipv4_compatible=True)
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(DEMO / name))


def main() -> None:
    write("city.mmdb", "Synthetic-City", CITIES)
    owned = {
        network: {"autonomous_system_number": 64500, "autonomous_system_organization": owner}
        for network, owner in OWNERS.items()
    }
    write("owner.mmdb", "Synthetic-ASN", owned)


if __name__ == "__main__":
    main()
