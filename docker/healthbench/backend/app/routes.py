"""The routes of the API."""

import logging
from typing import Annotated

import asyncpg
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field

from app.model import Model
from app.notes import convert_to_fhir, extract
from app.store import Store

log = logging.getLogger("healthbench")
router = APIRouter()


class NewDocument(BaseModel):
    title: str = Field(min_length=1, max_length=200)
    content: str = Field(min_length=1, max_length=100_000)


class Question(BaseModel):
    question: str = Field(min_length=1, max_length=2000)
    limit: int = Field(default=4, ge=1, le=20)


class Text(BaseModel):
    text: str = Field(min_length=1, max_length=100_000)


def get_store(request: Request) -> Store:
    return request.app.state.store


def get_model(request: Request) -> Model:
    return request.app.state.model


Stored = Annotated[Store, Depends(get_store)]
Asked = Annotated[Model, Depends(get_model)]


@router.get("/health")
async def report_health() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/health/db")
async def report_database(store: Stored, response: Response) -> dict[str, str]:
    try:
        await store.ping()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
        # The class alone: a driver's message may repeat the address with its password.
        log.warning("database unreachable: %s", type(failure).__name__)
        response.status_code = 503
        return {"status": "unavailable", "database": "unreachable"}
    return {"status": "ok", "database": "connected"}


@router.get("/documents")
async def list_documents(store: Stored) -> dict:
    documents = await store.list_documents()
    return {"total": len(documents), "documents": documents}


@router.post("/documents", status_code=201)
async def add_document(document: NewDocument, store: Stored) -> dict:
    try:
        return await store.add_document(document.title, document.content)
    except asyncpg.UniqueViolationError as failure:
        raise HTTPException(409, f"a document titled {document.title!r} exists") from failure


@router.get("/documents/{document}")
async def read_document(document: int, store: Stored) -> dict:
    return await _find(store, document)


@router.post("/llm/summarize_document/{document}")
async def summarize(document: int, store: Stored, model: Asked) -> dict:
    found = await _find(store, document)
    summary = await model.answer("What are the assessment, the plan and the follow-up?", found["content"])
    return {"id": document, "summary": summary, "model": model.name}


@router.get("/rag/stats")
async def count_chunks(store: Stored) -> dict:
    return await store.count()


@router.post("/rag/answer_question")
async def answer_question(asked: Question, store: Stored, model: Asked) -> dict:
    sources = await store.find_nearest(asked.question, asked.limit)
    context = "\n".join(source["content"] for source in sources)
    return {"answer": await model.answer(asked.question, context), "sources": sources, "model": model.name}


@router.post("/agent/extract_structured")
async def extract_structured(given: Text) -> dict:
    return extract(given.text)


@router.post("/fhir/convert")
async def convert(extraction: dict) -> dict:
    return convert_to_fhir(extraction)


async def _find(store: Store, document: int) -> dict:
    found = await store.read_document(document)
    if found is None:
        raise HTTPException(404, f"there is no document {document}")
    return found
