"""Datasets and cells in PostgreSQL with pgvector."""

import asyncpg

from shared.database import format_vector


class Store:
    """The database of datasets and cells; connects when first asked, so the server starts without it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        # min_size=0: an unreachable database is the health endpoint's to report, not a crash at start.
        self._pool = await asyncpg.create_pool(self._dsn, min_size=0, max_size=5, timeout=2, command_timeout=5)

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def ping(self) -> None:
        await self._ready().fetchval("SELECT 1")

    async def add_dataset(self, name: str, tissue: str) -> dict:
        row = await self._ready().fetchrow(
            "INSERT INTO datasets (name, tissue) VALUES ($1, $2) RETURNING id, name, tissue", name, tissue
        )
        return dict(row)

    async def list_datasets(self) -> list[dict]:
        rows = await self._ready().fetch(
            "SELECT d.id, d.name, d.tissue, count(c.id) AS cells"
            " FROM datasets d LEFT JOIN cells c ON c.dataset_id = d.id GROUP BY d.id ORDER BY d.id"
        )
        return [dict(row) for row in rows]

    async def add_cells(self, dataset: int, cells: list[tuple[str, list[float]]]) -> int:
        await self._ready().executemany(
            "INSERT INTO cells (dataset_id, barcode, embedding) VALUES ($1, $2, $3::text::vector)",
            [(dataset, barcode, format_vector(embedding)) for barcode, embedding in cells],
        )
        return len(cells)

    async def find_nearest(self, embedding: list[float], limit: int) -> list[dict]:
        rows = await self._ready().fetch(
            "SELECT c.barcode, d.name AS dataset, c.embedding <-> $1::text::vector AS distance"
            " FROM cells c JOIN datasets d ON d.id = c.dataset_id ORDER BY distance LIMIT $2",
            format_vector(embedding),
            limit,
        )
        return [dict(row) for row in rows]

    def _ready(self) -> asyncpg.Pool:
        if self._pool is None:
            raise RuntimeError("the store was used before open()")
        return self._pool
