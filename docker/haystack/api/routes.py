"""The routes under /api/v1."""

import logging
from typing import Annotated

import asyncpg
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field

from api.store import Store
from shared.cells import EMBEDDING_DIMENSIONS

log = logging.getLogger("haystack.api")
router = APIRouter(prefix="/api/v1")

Embedding = Annotated[list[float], Field(min_length=EMBEDDING_DIMENSIONS, max_length=EMBEDDING_DIMENSIONS)]


class NewDataset(BaseModel):
    name: str = Field(min_length=1, max_length=200)
    tissue: str = Field(min_length=1, max_length=200)


class NewCell(BaseModel):
    barcode: str = Field(min_length=1, max_length=200)
    embedding: Embedding


class Query(BaseModel):
    embedding: Embedding
    limit: int = Field(default=5, ge=1, le=100)


def require_store(request: Request) -> Store:
    store: Store | None = request.app.state.store
    if store is None:
        raise HTTPException(503, "no database configured: set DATABASE_URL or DATABASE_HOST")
    return store


Ready = Annotated[Store, Depends(require_store)]


@router.get("/health/")
async def report_health(request: Request, response: Response) -> dict[str, str]:
    store: Store | None = request.app.state.store
    if store is None:
        return {"status": "healthy", "database": "not configured"}
    try:
        await store.ping()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        # The class alone: a driver's message may repeat the address with its password.
        log.warning("database unreachable: %s", type(error).__name__)
        response.status_code = 503
        return {"status": "unhealthy", "database": "unreachable"}
    return {"status": "healthy", "database": "connected"}


@router.get("/datasets")
async def list_datasets(store: Ready) -> list[dict]:
    return await store.list_datasets()


@router.post("/datasets", status_code=201)
async def add_dataset(dataset: NewDataset, store: Ready) -> dict:
    try:
        return await store.add_dataset(dataset.name, dataset.tissue)
    except asyncpg.UniqueViolationError as error:
        raise HTTPException(409, f"a dataset named {dataset.name!r} exists") from error


@router.post("/datasets/{dataset}/cells", status_code=201)
async def add_cells(dataset: int, cells: list[NewCell], store: Ready) -> dict[str, int]:
    try:
        added = await store.add_cells(dataset, [(cell.barcode, cell.embedding) for cell in cells])
    except asyncpg.ForeignKeyViolationError as error:
        raise HTTPException(404, f"there is no dataset {dataset}") from error
    except asyncpg.UniqueViolationError as error:
        raise HTTPException(409, f"dataset {dataset} has one of these barcodes already") from error
    return {"added": added}


@router.post("/cells/nearest")
async def find_nearest(query: Query, store: Ready) -> list[dict]:
    return await store.find_nearest(query.embedding, query.limit)
