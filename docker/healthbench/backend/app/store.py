"""Documents and their chunks in PostgreSQL with pgvector."""

import asyncpg

from app.chunks import split_chunks
from app.embedder import DIMENSIONS, embed, format_vector

# Any number does that nothing else in this database locks.
SEED_LOCK = 7_202_611
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS documents (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title      text NOT NULL UNIQUE,
  content    text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS chunks (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document_id bigint NOT NULL REFERENCES documents ON DELETE CASCADE,
  place       integer NOT NULL,
  content     text NOT NULL,
  embedding   vector({DIMENSIONS}) NOT NULL,
  UNIQUE (document_id, place)
);
CREATE INDEX IF NOT EXISTS chunks_embedding ON chunks USING hnsw (embedding vector_cosine_ops);
"""


class Store:
    """The database, by one pool of each worker."""

    def __init__(self, dsn: str | None) -> None:
        self._dsn = dsn
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        self._pool = await asyncpg.create_pool(self._dsn, min_size=1, max_size=4, timeout=5, command_timeout=15)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def migrate_and_seed(self, notes: dict[str, str]) -> tuple[int, int] | None:
        """Return how many documents and chunks were added; None where another worker, or an earlier start, did it."""
        async with self._ready().acquire() as connection, connection.transaction():
            # The workers start together: one creates and seeds, the others wait and find it done.
            await connection.execute("SELECT pg_advisory_xact_lock($1)", SEED_LOCK)
            if await connection.fetchval("SELECT to_regclass('chunks')") is None:
                await connection.execute(SCHEMA)
            if not notes or await connection.fetchval("SELECT EXISTS (SELECT FROM documents)"):
                return None
            added = [await _insert(connection, title, text) for title, text in notes.items()]
            return len(added), sum(chunks for _, chunks in added)

    async def ping(self) -> None:
        await self._ready().fetchval("SELECT count(*) FROM documents")

    async def add_document(self, title: str, content: str) -> dict:
        async with self._ready().acquire() as connection, connection.transaction():
            document, chunks = await _insert(connection, title, content)
        return {"id": document, "title": title, "chunks": chunks}

    async def list_documents(self) -> list[dict]:
        rows = await self._ready().fetch(
            "SELECT d.id, d.title, length(d.content) AS characters, count(c.id) AS chunks"
            " FROM documents d LEFT JOIN chunks c ON c.document_id = d.id GROUP BY d.id ORDER BY d.id"
        )
        return [dict(row) for row in rows]

    async def read_document(self, document: int) -> dict | None:
        row = await self._ready().fetchrow("SELECT id, title, content FROM documents WHERE id = $1", document)
        return dict(row) if row else None

    async def count(self) -> dict[str, int]:
        row = await self._ready().fetchrow(
            "SELECT (SELECT count(*) FROM documents) AS total_documents, count(*) AS total_chunks,"
            " count(*) FILTER (WHERE vector_norm(embedding) > 0) AS embedded_chunks FROM chunks"
        )
        return {**dict(row), "dimensions": DIMENSIONS}

    async def find_nearest(self, question: str, limit: int) -> list[dict]:
        """Return the chunks whose embeddings lie closest to the question's, by cosine."""
        rows = await self._ready().fetch(
            "SELECT d.title AS document, c.content, 1 - (c.embedding <=> $1::text::vector) AS similarity"
            " FROM chunks c JOIN documents d ON d.id = c.document_id ORDER BY c.embedding <=> $1::text::vector LIMIT $2",
            format_vector(embed(question)),
            limit,
        )
        return [dict(row) for row in rows]

    def _ready(self) -> asyncpg.Pool:
        if self._pool is None:
            raise RuntimeError("the store was used before open()")
        return self._pool


async def _insert(connection: asyncpg.Connection, title: str, content: str) -> tuple[int, int]:
    document = await connection.fetchval(
        "INSERT INTO documents (title, content) VALUES ($1, $2) RETURNING id", title, content
    )
    chunks = split_chunks(content)
    await connection.executemany(
        "INSERT INTO chunks (document_id, place, content, embedding) VALUES ($1, $2, $3, $4::text::vector)",
        [(document, place, chunk, format_vector(embed(chunk))) for place, chunk in enumerate(chunks)],
    )
    return document, len(chunks)
