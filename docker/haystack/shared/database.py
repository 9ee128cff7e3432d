"""Where the database is, read from the environment."""

from collections.abc import Mapping
from urllib.parse import quote


def read_dsn(environment: Mapping[str, str]) -> str | None:
    """Return the address of the database, or None when none is configured.

    `DATABASE_URL` wins; otherwise `DATABASE_HOST` with `DATABASE_PORT`, `DATABASE_NAME`,
    `DATABASE_USER` and `DATABASE_PASSWORD`, as docker-compose.yml sets them.
    """
    if url := environment.get("DATABASE_URL"):
        return url
    host = environment.get("DATABASE_HOST")
    if not host:
        return None
    user = quote(environment.get("DATABASE_USER", "haystack"), safe="")
    password = quote(environment.get("DATABASE_PASSWORD", ""), safe="")
    port = environment.get("DATABASE_PORT", "5432")
    name = quote(environment.get("DATABASE_NAME", "haystack"), safe="")
    login = f"{user}:{password}" if password else user
    return f"postgresql://{login}@{host}:{port}/{name}"


def format_vector(values: list[float]) -> str:
    """Return the numbers in pgvector's text form, `[1.0,2.0]`."""
    return "[" + ",".join(repr(float(value)) for value in values) + "]"
