"""What the environment decides about the backend."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The backend's settings, read once by each worker."""

    # None: the driver reads PGHOST, PGUSER, PGPASSWORD and PGDATABASE.
    dsn: str | None
    notes: Path
    title: str
    version: str
    openai_key: str | None
    openai_model: str
    openai_url: str


def read_settings() -> Settings:
    """Return the settings; an empty OPENAI_API_KEY is none, and then the built-in model answers."""
    env = os.environ
    return Settings(
        dsn=env.get("DATABASE_URL") or None,
        notes=Path(env.get("MED_DOCS", "/app/med_docs")),
        title=env.get("API_TITLE", "DF HealthBench API"),
        version=env.get("API_VERSION", "1.0.0"),
        openai_key=env.get("OPENAI_API_KEY") or None,
        openai_model=env.get("OPENAI_DEFAULT_MODEL") or "gpt-4o-mini",
        openai_url=env.get("OPENAI_URL", "https://api.openai.com/v1"),
    )
