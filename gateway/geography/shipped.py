"""The gazetteer that comes with the gateway: the only place where its tables are read from disk."""

from importlib import resources

from gateway.geography.gazetteer import Gazetteer


def shipped() -> Gazetteer:
    """Load the shipped tables. Takes some 20 ms: the caller keeps the result."""
    data = resources.files("gateway.geography") / "data"
    provinces, districts, words = (
        (data / name).read_text(encoding="utf-8") for name in ("provinces.csv", "districts.csv", "words.csv")
    )
    return Gazetteer.load(provinces, districts, words)
