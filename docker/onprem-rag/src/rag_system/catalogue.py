"""Which documents there are, in PostgreSQL."""

import asyncpg


class Catalogue:
    """The table of documents; connects when first asked, so that the API starts before the database."""

    def __init__(self, dsn: str | None) -> None:
        self._dsn = dsn
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        self._pool = await asyncpg.create_pool(self._dsn, min_size=0, max_size=5, timeout=3, command_timeout=10)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def ping(self) -> None:
        await self._ready().fetchval("SELECT count(*) FROM documents")

    async def reserve(self, title: str) -> int:
        return await self._ready().fetchval("INSERT INTO documents (title) VALUES ($1) RETURNING id", title)

    async def complete(self, document: int, chunks: int) -> None:
        """Until this is said, the document is not listed: its chunks may be missing."""
        await self._ready().execute("UPDATE documents SET chunks = $2 WHERE id = $1", document, chunks)

    async def forget(self, document: int) -> None:
        await self._ready().execute("DELETE FROM documents WHERE id = $1", document)

    async def list_documents(self) -> list[dict]:
        rows = await self._ready().fetch(
            "SELECT id, title, chunks FROM documents WHERE chunks IS NOT NULL ORDER BY id"
        )
        return [dict(row) for row in rows]

    def _ready(self) -> asyncpg.Pool:
        if self._pool is None:
            raise RuntimeError("the catalogue was used before open()")
        return self._pool
