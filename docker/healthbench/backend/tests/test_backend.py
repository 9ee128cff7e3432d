import math
import os
import uuid
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.chunks import LARGEST, split_chunks
from app.embedder import DIMENSIONS, embed
from app.main import create_app
from app.model import Quoting, choose_model
from app.notes import convert_to_fhir, extract
from app.seed import read_notes
from app.settings import Settings

NOTES = Path(__file__).resolve().parents[2] / "med_docs"
DSN = os.environ.get("DATABASE_URL")


def settings(dsn: str | None = None, key: str | None = None) -> Settings:
    return Settings(dsn, NOTES, "DF HealthBench API", "1.0.0", key, "gpt-4o-mini", "http://127.0.0.1:1")


def cosine(one: str, other: str) -> float:
    return sum(a * b for a, b in zip(embed(one), embed(other), strict=True))


def test_embeddings_have_length_one_and_say_what_is_close() -> None:
    assert math.isclose(sum(each * each for each in embed("metformin twice a day")), 1.0, abs_tol=1e-9)
    assert embed("") == [0.0] * DIMENSIONS
    question = "Which inhaler for asthma?"
    assert cosine(question, "The asthma inhaler is albuterol.") > cosine(question, "Blood pressure is high.")


def test_chunks_keep_every_word_and_stay_small() -> None:
    text = "First part. " * 40 + "\n\nSecond paragraph."
    chunks = split_chunks(text)
    assert " ".join(chunks).split() == text.split()
    assert max(len(chunk.split()) for chunk in chunks) <= LARGEST
    assert split_chunks("  \n ") == []


def test_the_seed_is_six_documents_and_45_chunks_at_least() -> None:
    notes = read_notes(NOTES)
    assert len(notes) == 6
    assert sum(len(split_chunks(text)) for text in notes.values()) >= 45
    assert read_notes(NOTES / "absent") == {}


def test_extraction_finds_codes_and_doses_and_converts_to_fhir() -> None:
    found = extract("Subjective: Type 2 Diabetes and hypertension. Plan: metformin 500 mg, lisinopril 10 mg.")
    assert [each["icd10"] for each in found["conditions"]] == ["E11.9", "I10"]
    assert {"name": "metformin", "dose": "500 mg"} in found["medications"]
    assert list(found["parts"]) == ["subjective", "plan"]
    kinds = [each["resource"]["resourceType"] for each in convert_to_fhir(found)["entry"]]
    assert kinds == ["Condition", "Condition", "MedicationStatement", "MedicationStatement"]


def test_without_a_key_the_built_in_model_answers() -> None:
    assert isinstance(choose_model(settings()), Quoting)
    assert choose_model(settings(key="test-only")).name == "gpt-4o-mini"


def test_routes_that_need_no_database() -> None:
    # Without `with`, the lifespan does not run and nothing connects.
    client = TestClient(create_app(settings()))
    assert client.get("/health").json() == {"status": "ok"}
    assert client.post("/agent/extract_structured", json={"text": ""}).status_code == 422


@pytest.mark.skipif(DSN is None, reason="DATABASE_URL is not set")
def test_seeded_answers_from_pgvector_and_survives_a_second_start() -> None:
    with TestClient(create_app(settings(DSN))) as client:
        assert client.get("/health/db").json() == {"status": "ok", "database": "connected"}
        stats = client.get("/rag/stats").json()
        assert stats["embedded_chunks"] == stats["total_chunks"] >= 45
        answer = client.post("/rag/answer_question", json={"question": "Which inhaler is used for asthma?"}).json()
        assert "budesonide" in answer["answer"] or "albuterol" in answer["answer"]
        title = f"note {uuid.uuid4()}"
        assert client.post("/documents", json={"title": title, "content": "Plan: rest."}).status_code == 201
        assert client.post("/documents", json={"title": title, "content": "Plan: rest."}).status_code == 409
    with TestClient(create_app(settings(DSN))) as client:
        assert title in [each["title"] for each in client.get("/documents").json()["documents"]]
