"""What the environment decides about the application."""

import os
from dataclasses import dataclass

from sqlalchemy import URL, make_url


@dataclass(frozen=True)
class Settings:
    """The application's settings, read once at start."""

    database: URL
    redis: str
    storage: str
    storage_key: str
    storage_secret: str
    bucket: str
    debug: bool


def read_settings() -> Settings:
    env = os.environ
    return Settings(
        database=read_database(),
        redis=env.get("REDIS_URL", "redis://redis:6379/0"),
        storage=env.get("MINIO_ENDPOINT", "minio:9000"),
        storage_key=env.get("MINIO_USER", ""),
        storage_secret=env.get("MINIO_PASSWORD", ""),
        bucket=env.get("MINIO_BUCKET", "arakis"),
        debug=env.get("DEBUG", "false").lower() == "true",
    )


def read_database() -> URL:
    """Return DATABASE_URL, or an address from libpq's variables."""
    env = os.environ
    if env.get("DATABASE_URL"):
        return make_url(env["DATABASE_URL"])
    return URL.create(
        "postgresql+asyncpg",
        username=env.get("PGUSER", "arakis"),
        password=env.get("PGPASSWORD"),
        host=env.get("PGHOST", "postgres"),
        database=env.get("PGDATABASE", "arakis"),
    )
