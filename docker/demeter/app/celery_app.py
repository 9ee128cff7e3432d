"""The worker: `celery -A app.celery_app worker`."""

import base64

from celery import Celery

from app.device import choose_device
from app.settings import read_settings

settings = read_settings()
app = Celery("demeter", broker=settings.broker or "memory://", backend=settings.broker or "cache+memory://")
app.conf.update(
    task_always_eager=settings.broker is None,
    broker_connection_retry_on_startup=True,
    # A worker that is stopped gives its task back instead of losing it.
    task_acks_late=True,
    task_time_limit=60,
    result_expires=300,
    worker_hijack_root_logger=False,
)


@app.task(name="demeter.count")
def count(encoded: str) -> dict:
    """Count the plants of a photo in base64; a photo that cannot be read is an answer, not a failure."""
    # Only the worker needs these: without them the API and both health checks start in half the time.
    from app.counting import NotAPhoto, count_plants

    try:
        return count_plants(base64.b64decode(encoded), choose_device())
    except NotAPhoto:
        return {"plants": None, "device": choose_device()}
