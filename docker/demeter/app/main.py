"""The API: photos in, numbers of plants out."""

import asyncio
import base64

from celery.exceptions import TimeoutError as NoAnswer
from fastapi import FastAPI, HTTPException, Request

from app.celery_app import count, settings

app = FastAPI(title="DemeterAI", version="1.0.0", debug=settings.env == "development")
LARGEST_PHOTO = 10_000_000
WORKER_ANSWERS_WITHIN_S = 30


@app.get("/health")
async def report_health() -> dict[str, str]:
    return {"status": "healthy"}


@app.post("/api/v1/photos/count")
async def count_photo(request: Request) -> dict:
    photo = await request.body()
    if not 0 < len(photo) <= LARGEST_PHOTO:
        raise HTTPException(413, f"a photo has 1 to {LARGEST_PHOTO} bytes")
    try:
        counted = await asyncio.to_thread(ask_worker, base64.b64encode(photo).decode())
    except NoAnswer as failure:
        raise HTTPException(503, "no worker answered") from failure
    if counted["plants"] is None:
        raise HTTPException(422, "this is no JPEG or PNG that can be read")
    return counted


def ask_worker(encoded: str) -> dict:
    return count.delay(encoded).get(timeout=WORKER_ANSWERS_WITHIN_S)
