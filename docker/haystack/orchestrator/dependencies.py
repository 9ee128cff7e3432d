"""Import every dependency that the orchestrator declares (`python -m orchestrator.dependencies`)."""

import importlib

MODULES = (
    "asyncpg",
    "google.cloud.sql.connector",
    "google.cloud.storage",
    "google.cloud.batch",
    "langchain",
    "langchain_openai",
    "langchain_anthropic",
    "langchain_google_genai",
    "langgraph.graph",
    "scanpy",
    "anndata",
    "scipy",
    "gseapy",
    "httpx",
    "aiohttp",
    "Bio",
    "pydantic",
    "dynaconf",
    "sendgrid",
    "tqdm",
)

if __name__ == "__main__":
    for module in MODULES:
        importlib.import_module(module)
    print(f"{len(MODULES)} dependencies import")
