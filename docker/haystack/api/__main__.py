"""Serve the API on every interface at `$PORT`, 8080 by default (`python -m api`)."""

import uvicorn

from api.settings import read_settings

# SIGTERM: no new connections, five seconds for those in flight, then the pool is closed.
uvicorn.run("api.main:app", host="0.0.0.0", port=read_settings().port, timeout_graceful_shutdown=5)
