"""The routes of the API."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Annotated

import asyncpg
from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from app.export import ExportFailed, export_pdf, read_picture
from app.tables import Workflow

log = logging.getLogger("arakis")
router = APIRouter()
LARGEST_PICTURE = 10_000_000


class NewWorkflow(BaseModel):
    research_question: str = Field(min_length=1, max_length=2000)
    inclusion_criteria: str = Field(default="", max_length=2000)
    exclusion_criteria: str = Field(default="", max_length=2000)
    databases: list[str] = Field(default=["pubmed"], max_length=10)
    max_results_per_query: int = Field(default=10, ge=1, le=100)
    fast_mode: bool = True


class Seen(NewWorkflow, from_attributes=True):
    id: int
    status: str
    included: list[dict[str, str]]


async def open_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(open_session)]


@router.get("/health")
async def report_health(session: Session, response: Response) -> dict[str, str]:
    try:
        await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError, asyncpg.PostgresError) as failure:
        # The class alone: a driver's message may repeat the address with its password.
        log.warning("database unreachable: %s", type(failure).__name__)
        response.status_code = 503
        return {"status": "unhealthy", "database": "unreachable"}
    return {"status": "healthy", "database": "connected"}


@router.post("/api/workflows/", status_code=201)
async def add_workflow(asked: NewWorkflow, session: Session, request: Request) -> Seen:
    workflow = Workflow(**asked.model_dump(), status="pending", included=[])
    session.add(workflow)
    await session.commit()
    await request.app.state.runner.add(workflow.id)
    return Seen.model_validate(workflow)


@router.get("/api/workflows/")
async def list_workflows(session: Session) -> list[Seen]:
    rows = await session.scalars(select(Workflow).order_by(Workflow.id))
    return [Seen.model_validate(row) for row in rows]


@router.get("/api/workflows/{workflow}")
async def read_workflow(workflow: int, session: Session) -> Seen:
    return Seen.model_validate(await _find(session, workflow))


@router.post("/api/workflows/{workflow}/export", status_code=201)
async def export_workflow(workflow: int, session: Session, request: Request) -> dict:
    found = await _find(session, workflow)
    try:
        report = await asyncio.to_thread(export_pdf, found.research_question, found.included)
    except ExportFailed as failure:
        log.warning("export of workflow %d: %s", workflow, failure)
        raise HTTPException(500, "the report could not be made") from failure
    key = f"workflows/{workflow}/report.pdf"
    await request.app.state.storage.put(key, report, "application/pdf")
    return {"key": key, "bytes": len(report)}


@router.get("/api/workflows/{workflow}/report.pdf")
async def read_report(workflow: int, request: Request) -> Response:
    report = await request.app.state.storage.get(f"workflows/{workflow}/report.pdf")
    if report is None:
        raise HTTPException(404, f"workflow {workflow} has no report; export it first")
    return Response(report, media_type="application/pdf")


@router.post("/api/ocr")
async def read_text(request: Request) -> dict[str, str]:
    picture = await request.body()
    if not 0 < len(picture) <= LARGEST_PICTURE:
        raise HTTPException(413, f"a picture has 1 to {LARGEST_PICTURE} bytes")
    try:
        return {"text": await asyncio.to_thread(read_picture, picture)}
    except ExportFailed as failure:
        raise HTTPException(422, "this is no picture that can be read") from failure


async def _find(session: AsyncSession, workflow: int) -> Workflow:
    found = await session.get(Workflow, workflow)
    if found is None:
        raise HTTPException(404, f"there is no workflow {workflow}")
    return found
