# DemeterAI's builder as its document has it, which D4's 70 % are of. Its packages are those of the lock, because the
# document's own `pip install -e .` needs a README.md that its .dockerignore removes.
FROM python:3.12-slim AS base

FROM base AS compiler
RUN apt-get update && apt-get install -y --no-install-recommends \
    build-essential \
    libpq-dev \
    curl \
    && rm -rf /var/lib/apt/lists/*

FROM compiler AS all
WORKDIR /build
COPY requirements.txt ./
COPY app/ app/
RUN pip install --no-cache-dir --upgrade pip setuptools wheel && \
    pip install --no-cache-dir -r requirements.txt
