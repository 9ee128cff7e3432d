import json
import os
import uuid
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from shared.database import format_vector, read_dsn

HEALTH = "/api/v1/health/"
UNREACHABLE = "postgresql://haystack:not-shown@127.0.0.1:1/haystack"


@pytest.fixture
def frontend(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text("<!doctype html><title>HAYSTACK</title>")
    return tmp_path


def start(frontend: Path, dsn: str | None) -> TestClient:
    return TestClient(create_app(Settings(port=8080, dsn=dsn, frontend=frontend)))


def test_without_a_database_the_health_says_so(frontend: Path) -> None:
    with start(frontend, None) as client:
        assert client.get(HEALTH).json() == {"status": "healthy", "database": "not configured"}
        assert client.get("/api/v1/datasets").status_code == 503


def test_an_unreachable_database_is_unhealthy_and_keeps_its_password(frontend: Path) -> None:
    with start(frontend, UNREACHABLE) as client:
        answer = client.get(HEALTH)
    assert answer.status_code == 503
    assert answer.json() == {"status": "unhealthy", "database": "unreachable"}
    assert "not-shown" not in answer.text


def test_the_frontend_is_served_as_html(frontend: Path) -> None:
    with start(frontend, None) as client:
        answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("environment", "dsn"),
    [
        ({}, None),
        ({"DATABASE_URL": "postgresql://a/b", "DATABASE_HOST": "c"}, "postgresql://a/b"),
        ({"DATABASE_HOST": "db"}, "postgresql://haystack@db:5432/haystack"),
        (
            {"DATABASE_HOST": "db", "DATABASE_USER": "u", "DATABASE_PASSWORD": "p@/:", "DATABASE_NAME": "n"},
            "postgresql://u:p%40%2F%3A@db:5432/n",
        ),
    ],
)
def test_the_address_of_the_database(environment: dict[str, str], dsn: str | None) -> None:
    assert read_dsn(environment) == dsn


def test_a_vector_in_the_text_form_of_pgvector() -> None:
    assert json.loads(format_vector([1, 0.5])) == [1.0, 0.5]


@pytest.mark.skipif(read_dsn(os.environ) is None, reason="needs DATABASE_URL or DATABASE_HOST")
def test_cells_are_found_by_their_neighbourhood(frontend: Path) -> None:
    name = f"test-{uuid.uuid4()}"
    near, far = [0.0] * 8, [9.0] * 8
    with start(frontend, read_dsn(os.environ)) as client:
        assert client.get(HEALTH).json() == {"status": "healthy", "database": "connected"}
        dataset = client.post("/api/v1/datasets", json={"name": name, "tissue": "blood"})
        assert dataset.status_code == 201
        assert client.post("/api/v1/datasets", json={"name": name, "tissue": "blood"}).status_code == 409
        cells = f"/api/v1/datasets/{dataset.json()['id']}/cells"
        body = [{"barcode": "far", "embedding": far}, {"barcode": "near", "embedding": near}]
        assert client.post(cells, json=body).json() == {"added": 2}
        assert client.post(cells, json=body).status_code == 409
        assert client.post("/api/v1/datasets/0/cells", json=body).status_code == 404
        found = client.post("/api/v1/cells/nearest", json={"embedding": near, "limit": 1}).json()
        assert found[0]["distance"] == 0
        assert client.post("/api/v1/cells/nearest", json={"embedding": [1.0]}).status_code == 422
