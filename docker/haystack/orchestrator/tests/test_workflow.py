import asyncio

import pytest

from orchestrator.main import NOT_CONFIGURED, parse_arguments, run
from orchestrator.services import MockedServices
from orchestrator.synthetic import MARKERS, POPULATIONS
from orchestrator.workflow import build_workflow
from shared.cells import EMBEDDING_DIMENSIONS


def test_the_workflow_finds_the_populations_and_their_markers() -> None:
    services = MockedServices()
    state = asyncio.run(build_workflow(services).ainvoke({"dataset": "made-up", "cells": 300, "seed": 0}))

    table = state["data"].obs.groupby(["population", "leiden"], observed=True).size().unstack(fill_value=0)
    assert table.shape == (len(POPULATIONS), len(POPULATIONS))
    assert table.max(axis=1).sum() >= 0.95 * 300

    own = {name: {f"gene-{gene:04d}" for gene in range(at * MARKERS, (at + 1) * MARKERS)} for at, name in enumerate(POPULATIONS)}
    for cluster, genes in state["markers"].items():
        assert set(genes) <= own[table[cluster].idxmax()]

    stored = services.stored["made-up"]
    assert len(stored) == 300
    assert {len(embedding) for _, embedding in stored} == {EMBEDDING_DIMENSIONS}


def test_a_dry_run_says_that_it_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(parse_arguments(["--dry-run"]), None) == 0
    assert "workflow complete: 3 clusters of 300 cells" in capsys.readouterr().out


def test_without_a_database_it_says_what_to_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(parse_arguments([]), None) == NOT_CONFIGURED
    assert "DATABASE_URL" in capsys.readouterr().err
