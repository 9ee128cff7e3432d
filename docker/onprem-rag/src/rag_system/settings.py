"""What the environment decides about the API."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Addresses of the other services, read once at start."""

    vectordb: str
    ollama: str
    redis: str
    # None: the driver reads PGHOST, PGUSER, PGPASSWORD and PGDATABASE.
    postgres: str | None
    documents: Path
    model: str
    embedding_model: str


def read_settings() -> Settings:
    env = os.environ
    return Settings(
        vectordb=env.get("VECTORDB_URL", "http://vectordb:8000"),
        ollama=env.get("OLLAMA_URL", "http://ollama:11434"),
        redis=env.get("REDIS_URL", "redis://redis:6379"),
        postgres=env.get("POSTGRES_URL") or None,
        documents=Path(env.get("DOCUMENTS_DIR", "/app/data/documents")),
        model=env.get("OLLAMA_MODEL", "llama3.2:1b"),
        embedding_model=env.get("OLLAMA_EMBEDDING_MODEL", "nomic-embed-text"),
    )
