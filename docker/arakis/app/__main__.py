"""Migrate, then serve (`python -m app`): one process, so that both share what they import and hear the same signals."""

import signal
import sys

# The first process of a container gets no SIGTERM that it does not ask for. The imports come after this on purpose.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

from pathlib import Path  # noqa: E402

import uvicorn  # noqa: E402
from alembic import command  # noqa: E402
from alembic.config import Config  # noqa: E402

command.upgrade(Config(Path(__file__).resolve().parent.parent / "alembic.ini"), "head")
uvicorn.run("app.main:app", host="0.0.0.0", port=8000, timeout_graceful_shutdown=5)
