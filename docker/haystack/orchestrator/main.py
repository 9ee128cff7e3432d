"""Run the workflow once (`python -m orchestrator.main [--dry-run]`)."""

import argparse
import asyncio
import os
import sys

from shared.database import read_dsn

NOT_CONFIGURED = 78
"""EX_CONFIG of sysexits.h."""


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="orchestrator", description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="compute for real, with mocked services")
    parser.add_argument("--dataset", default="synthetic", help="name of the new dataset (default: %(default)s)")
    parser.add_argument("--cells", type=int, default=300, help="cells to make up (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args(arguments)


def run(options: argparse.Namespace, dsn: str | None) -> int:
    if dsn is None and not options.dry_run:
        print("no database: set DATABASE_URL or DATABASE_HOST, or pass --dry-run", file=sys.stderr)
        return NOT_CONFIGURED
    # Imported late: scanpy takes seconds, and a wrong option should not.
    from orchestrator.services import DatabaseServices, MockedServices
    from orchestrator.workflow import build_workflow

    services = MockedServices() if options.dry_run or dsn is None else DatabaseServices(dsn)
    start = {"dataset": options.dataset, "cells": options.cells, "seed": options.seed}
    state = asyncio.run(build_workflow(services).ainvoke(start))
    for group, genes in state["markers"].items():
        size = int((state["data"].obs["leiden"] == group).sum())
        print(f"cluster {group}: {size} cells, markers {', '.join(genes)}")
    print(f"workflow complete: {len(state['markers'])} clusters of {options.cells} cells")
    return 0


if __name__ == "__main__":
    sys.exit(run(parse_arguments(sys.argv[1:]), read_dsn(os.environ)))
