"""What a workflow needs from outside: a place for its cells."""

from dataclasses import dataclass, field
from typing import Protocol

import asyncpg

from shared.database import format_vector

Cells = list[tuple[str, list[float]]]


class Services(Protocol):
    async def store_cells(self, dataset: str, tissue: str, cells: Cells) -> None:
        """Keep a new dataset with its cells, all or nothing."""


@dataclass
class MockedServices:
    """Services that remember what they were given (`--dry-run`, tests)."""

    stored: dict[str, Cells] = field(default_factory=dict)

    async def store_cells(self, dataset: str, tissue: str, cells: Cells) -> None:
        self.stored[dataset] = cells


@dataclass(frozen=True)
class DatabaseServices:
    """Services on PostgreSQL with the schema of scripts/init_schema.sql."""

    dsn: str

    async def store_cells(self, dataset: str, tissue: str, cells: Cells) -> None:
        connection = await asyncpg.connect(self.dsn, timeout=10)
        try:
            async with connection.transaction():
                number = await connection.fetchval(
                    "INSERT INTO datasets (name, tissue) VALUES ($1, $2) RETURNING id", dataset, tissue
                )
                await connection.executemany(
                    "INSERT INTO cells (dataset_id, barcode, embedding) VALUES ($1, $2, $3::text::vector)",
                    [(number, barcode, format_vector(embedding)) for barcode, embedding in cells],
                )
        finally:
            await connection.close()
