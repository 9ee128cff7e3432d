"""The API behind the proxy's /api/: documents in, answers out."""

import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, Field

from rag_system.services import UNREACHABLE, Services, open_services
from rag_system.settings import read_settings

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s", stream=sys.stdout)
# One line for each request to each service is too much.
logging.getLogger("httpx").setLevel(logging.WARNING)


class NewDocument(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=200_000, pattern=r"\S")


class Question(BaseModel):
    question: str = Field(min_length=1, max_length=2000)
    limit: int = Field(default=3, ge=1, le=20)


@asynccontextmanager
async def hold_services(app: FastAPI) -> AsyncIterator[None]:
    async with open_services(read_settings()) as services:
        app.state.services = services
        yield


app = FastAPI(title="On-premises RAG", version="0.1.0", lifespan=hold_services)


def get_services(request: Request) -> Services:
    return request.app.state.services


Ready = Annotated[Services, Depends(get_services)]


@app.get("/health")
async def report_health() -> dict[str, str]:
    """Say that the process answers; what is behind it is /health/ready's, so that a restart does not follow from it."""
    return {"status": "healthy"}


@app.get("/health/ready")
async def report_readiness(services: Ready, response: Response) -> dict:
    seen = await services.check()
    ready = set(seen.values()) == {"connected"}
    if not ready:
        response.status_code = 503
    return {"status": "ready" if ready else "not ready", "services": seen}


@app.post("/documents", status_code=201)
async def add_document(document: NewDocument, services: Ready) -> dict:
    return await _ask(services.add_document(document.title, document.text))


@app.get("/documents")
async def list_documents(services: Ready) -> dict:
    documents = await _ask(services.catalogue.list_documents())
    return {"total": len(documents), "documents": documents}


@app.post("/query")
async def answer_question(asked: Question, services: Ready) -> dict:
    return await _ask(services.answer(asked.question, asked.limit))


async def _ask(pending):
    try:
        return await pending
    except UNREACHABLE as failure:
        raise HTTPException(503, f"a service behind this one did not answer: {type(failure).__name__}") from failure
