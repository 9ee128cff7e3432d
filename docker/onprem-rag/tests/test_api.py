import json

import httpx
import pytest
from fastapi.testclient import TestClient

from rag_system.api.main import app
from rag_system.chunks import LARGEST, split_chunks
from rag_system.language import Language
from rag_system.vectors import Vectors


def test_chunks_keep_every_word_and_stay_small() -> None:
    text = "One sentence here. " * 60 + "\n\nAnother paragraph."
    chunks = split_chunks(text)
    assert " ".join(chunks).split() == text.split()
    assert max(len(chunk.split()) for chunk in chunks) <= LARGEST


def test_health_needs_no_service() -> None:
    assert TestClient(app).get("/health").json() == {"status": "healthy"}


def test_without_its_services_the_api_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VECTORDB_URL", "OLLAMA_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    monkeypatch.setenv("POSTGRES_URL", "postgresql://rag_user:not-shown@127.0.0.1:1/rag_db")
    with TestClient(app) as client:
        ready = client.get("/health/ready")
        assert ready.status_code == 503
        assert set(ready.json()["services"]) == {"vectordb", "ollama", "redis", "postgres"}
        asked = client.post("/query", json={"question": "Who?"})
    assert asked.status_code == 503
    assert "not-shown" not in ready.text + asked.text


def answer_as_ollama(request: httpx.Request) -> httpx.Response:
    body = json.loads(request.content or b"{}")
    if request.url.path == "/api/tags":
        return httpx.Response(200, json={"models": [{"name": "small:latest"}, {"name": "embedder:latest"}]})
    if request.url.path == "/api/embed":
        return httpx.Response(200, json={"embeddings": [[1.0, 0.0] for _ in body["input"]]})
    return httpx.Response(200, json={"response": body["prompt"].rpartition("\n")[2]})


@pytest.mark.anyio
async def test_the_model_service_is_spoken_to_as_ollama() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer_as_ollama), base_url="http://ollama") as http:
        language = Language(http, "small", "embedder")
        assert await language.has_models()
        assert await language.embed(["a", "b"]) == [[1.0, 0.0], [1.0, 0.0]]
        assert await language.answer("Who?", "Nobody.") == "Question: Who?"


@pytest.mark.anyio
async def test_the_collection_is_made_once() -> None:
    paths: list[str] = []

    def answer_as_chroma(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path.rpartition("/")[2])
        return httpx.Response(200, json={"id": "c1"} if paths[-1] == "collections" else 2)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer_as_chroma), base_url="http://chroma") as http:
        vectors = Vectors(http)
        assert [await vectors.count(), await vectors.count()] == [2, 2]
    assert paths == ["collections", "count", "count"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
