"""Arakis: literature reviews, from a question to a report."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis.asyncio as redis
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from app.routes import router
from app.runner import Runner
from app.settings import Settings, read_settings
from app.storage import Storage

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s", stream=sys.stdout)


@asynccontextmanager
async def hold_services(app: FastAPI) -> AsyncIterator[None]:
    running = asyncio.create_task(app.state.runner.run())
    yield
    running.cancel()
    await app.state.queue.aclose()
    await app.state.engine.dispose()


def create_app(settings: Settings) -> FastAPI:
    app = FastAPI(title="Arakis", debug=settings.debug, lifespan=hold_services)
    # An unreachable service is the health endpoint's to report, not a crash at start: all of these connect when asked.
    app.state.engine = create_async_engine(
        settings.database, pool_size=5, pool_pre_ping=True, connect_args={"timeout": 3, "command_timeout": 15}
    )
    app.state.sessions = async_sessionmaker(app.state.engine, expire_on_commit=False)
    app.state.queue = redis.from_url(settings.redis, socket_connect_timeout=3, socket_timeout=15)
    app.state.runner = Runner(app.state.queue, app.state.sessions)
    app.state.storage = Storage(settings)
    app.include_router(router)
    return app


app = create_app(read_settings())
