"""The four services behind the API, opened and closed together."""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import redis.asyncio as redis

from rag_system.catalogue import Catalogue
from rag_system.chunks import split_chunks
from rag_system.language import Language
from rag_system.settings import Settings
from rag_system.vectors import Vectors

log = logging.getLogger("rag")
UNREACHABLE = (OSError, TimeoutError, httpx.HTTPError, redis.RedisError, asyncpg.PostgresError, asyncpg.InterfaceError)
ANSWERS_KEPT_S = 300


@dataclass(frozen=True)
class Services:
    vectors: Vectors
    language: Language
    cache: redis.Redis
    catalogue: Catalogue
    documents: Path

    async def check(self) -> dict[str, str]:
        """Return one word for each service; the class alone, as a driver's message may repeat a password."""
        return {
            "vectordb": await _try(self.vectors.ping()),
            "ollama": await _try(self.language.has_models(), unless="models missing"),
            "redis": await _try(self.cache.ping()),
            "postgres": await _try(self.catalogue.ping()),
        }

    async def add_document(self, title: str, text: str) -> dict:
        """Store the text, embed its chunks and list it; a failure half-way leaves nothing listed."""
        chunks = split_chunks(text)
        document = await self.catalogue.reserve(title)
        try:
            (self.documents / f"{document}.txt").write_text(text, encoding="utf-8")
            await self.vectors.add(document, title, chunks, await self.language.embed(chunks))
        except UNREACHABLE:
            await self.catalogue.forget(document)
            raise
        await self.catalogue.complete(document, len(chunks))
        return {"id": document, "title": title, "chunks": len(chunks)}

    async def answer(self, question: str, limit: int) -> dict:
        """Answer from the closest chunks; the same question is answered from the cache for five minutes."""
        chunks = await self.vectors.count()
        asked = json.dumps([question, limit, chunks, self.language.model])
        key = f"answer:{hashlib.sha256(asked.encode()).hexdigest()}"
        kept = await self.cache.get(key)
        if kept is not None:
            return {**json.loads(kept), "cached": True}
        [embedding] = await self.language.embed([question])
        sources = await self.vectors.find_nearest(embedding, limit) if chunks else []
        text = await self.language.answer(question, "\n".join(source["text"] for source in sources))
        result = {"answer": text, "sources": sources, "model": self.language.model}
        await self.cache.set(key, json.dumps(result), ex=ANSWERS_KEPT_S)
        return {**result, "cached": False}


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    catalogue = Catalogue(settings.postgres)
    await catalogue.open()
    cache = redis.from_url(settings.redis, socket_timeout=3, socket_connect_timeout=3)
    async with (
        httpx.AsyncClient(base_url=settings.vectordb, timeout=15) as vectordb,
        httpx.AsyncClient(base_url=settings.ollama, timeout=120) as ollama,
    ):
        language = Language(ollama, settings.model, settings.embedding_model)
        services = Services(Vectors(vectordb), language, cache, catalogue, settings.documents)
        pulling = asyncio.create_task(_pull(language))
        yield services
        pulling.cancel()
    await cache.aclose()
    await catalogue.close()


async def _pull(language: Language) -> None:
    """Ask for the models until the service has them; until then /health/ready says that they are missing."""
    while True:
        try:
            await language.pull()
            log.info("models ready: %s", language.model)
            return
        except httpx.HTTPError as failure:
            log.warning("models not there yet: %s", type(failure).__name__)
            await asyncio.sleep(2)


async def _try(asked: Awaitable[object], unless: str = "") -> str:
    try:
        answer = await asked
    except UNREACHABLE as failure:
        return f"unreachable ({type(failure).__name__})"
    return unless if unless and not answer else "connected"
