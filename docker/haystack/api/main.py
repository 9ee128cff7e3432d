"""The HAYSTACK API: `/api/v1/…` and the built frontend at `/`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api.routes import router
from api.settings import Settings, read_settings
from api.store import Store


@asynccontextmanager
async def hold_store(app: FastAPI) -> AsyncIterator[None]:
    store: Store | None = app.state.store
    if store is not None:
        await store.open()
    yield
    if store is not None:
        await store.close()


def create_app(settings: Settings) -> FastAPI:
    app = FastAPI(title="HAYSTACK", lifespan=hold_store)
    app.state.store = Store(settings.dsn) if settings.dsn else None
    app.include_router(router)
    if settings.frontend.is_dir():
        app.mount("/", StaticFiles(directory=settings.frontend, html=True), name="frontend")
    return app


app = create_app(read_settings())
