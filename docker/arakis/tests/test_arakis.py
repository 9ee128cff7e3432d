import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import make_url

from app.export import ENGINES, ExportFailed, draw_page, escape, export_pdf, read_picture, write_source
from app.main import create_app
from app.screening import screen
from app.settings import Settings

HERE = Path(__file__).resolve().parents[1]
UNREACHABLE = Settings(
    database=make_url("postgresql+asyncpg://arakis:not-shown@127.0.0.1:1/arakis"),
    redis="redis://127.0.0.1:1/0",
    storage="127.0.0.1:1",
    storage_key="",
    storage_secret="",
    bucket="arakis",
    debug=False,
)


def test_screening_includes_by_words_and_excludes_by_words() -> None:
    found = [each["title"] for each in screen("What lowers blood pressure?", "randomized trial", "mice rats", 10)]
    assert found[:2] == ["Salt and blood pressure", "Telehealth for hypertension"]
    assert "Mouse model of migraine" not in found
    assert screen("Test workflow", "Test", "None", 10) == []
    assert len(screen("adults", "", "", 3)) == 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("100% of $5 & more_", r"100\% of \$5 \& more\_"),
        (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
        ("line\none\x00", "line one?"),
        ("日本", "??"),
    ],
)
def test_nobody_writes_latex_through_a_text(text: str, shown: str) -> None:
    assert escape(text) == shown
    assert shown in write_source(text, [])


def test_an_unreachable_database_is_unhealthy_and_keeps_its_password() -> None:
    answer = TestClient(create_app(UNREACHABLE)).get("/health")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unhealthy", "database": "unreachable"}
    assert "not-shown" not in answer.text


def test_the_migrations_are_one_line_without_a_database() -> None:
    command = [sys.executable, "-m", "alembic", "upgrade", "head", "--sql"]
    script = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout
    assert script.index("CREATE TABLE workflows") < script.index("ADD COLUMN status")


@pytest.mark.skipif(not any(map(shutil.which, ENGINES)), reason="no LaTeX here")
def test_a_report_is_made_and_read_back() -> None:
    report = export_pdf("Does it work?", [{"title": "Yes", "abstract": "It does."}])
    assert report.startswith(b"%PDF")
    assert "Does it work?" in read_picture(draw_page(report))


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="no OCR here")
def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ExportFailed):
        read_picture(b"no picture")
