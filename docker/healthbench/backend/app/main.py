"""DF HealthBench: clinical notes, seeded at the first start, and questions about them."""

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.model import choose_model
from app.routes import router
from app.seed import read_notes
from app.settings import Settings, read_settings
from app.store import Store

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s", stream=sys.stdout)
log = logging.getLogger("healthbench")


@asynccontextmanager
async def hold_store(app: FastAPI) -> AsyncIterator[None]:
    store: Store = app.state.store
    await store.open()
    added = await store.migrate_and_seed(read_notes(app.state.settings.notes))
    if added is not None:
        log.info("seeding successful: %d documents, %d chunks with embeddings", *added)
    yield
    await store.close()


def create_app(settings: Settings) -> FastAPI:
    app = FastAPI(title=settings.title, version=settings.version, lifespan=hold_store)
    app.state.settings = settings
    app.state.store = Store(settings.dsn)
    app.state.model = choose_model(settings)
    app.include_router(router)
    return app


app = create_app(read_settings())
