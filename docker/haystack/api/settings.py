"""What the environment decides about the server."""

import os
from dataclasses import dataclass
from pathlib import Path

from shared.database import read_dsn


@dataclass(frozen=True)
class Settings:
    """The server's settings, read once at start."""

    port: int
    dsn: str | None
    frontend: Path


def read_settings() -> Settings:
    """Return the settings: Cloud Run gives `PORT`; the frontend lies beside the `api` package."""
    beside = Path(__file__).resolve().parent.parent / "frontend" / "out"
    return Settings(
        port=int(os.environ.get("PORT", "8080")),
        dsn=read_dsn(os.environ),
        frontend=Path(os.environ.get("FRONTEND_DIR", beside)),
    )
