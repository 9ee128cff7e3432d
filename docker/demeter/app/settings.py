"""What the environment decides."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Read once at start; without a broker, photos are counted by the API itself."""

    env: str
    broker: str | None


def read_settings() -> Settings:
    return Settings(env=os.environ.get("APP_ENV", "production"), broker=os.environ.get("CELERY_BROKER_URL") or None)
