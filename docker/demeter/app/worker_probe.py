"""The health check of the worker: exit 0 when this container's worker answers a ping through the broker."""

import socket
import sys

from app.celery_app import app

if __name__ == "__main__":
    # limit: without it, the answer is there at once and waited for until the timeout all the same.
    answers = app.control.broadcast(
        "ping", destination=[f"celery@{socket.gethostname()}"], reply=True, timeout=8, limit=1
    )
    print(answers)
    sys.exit(0 if answers else 1)
