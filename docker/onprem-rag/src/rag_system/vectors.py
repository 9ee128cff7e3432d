"""Chunks and their embeddings in Chroma, by its HTTP interface, version 2."""

import httpx

COLLECTION = "documents"
BASE = "/api/v2/tenants/default_tenant/databases/default_database/collections"


class Vectors:
    """One collection of Chroma."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._id: str | None = None

    async def ping(self) -> None:
        (await self._http.get("/api/v2/heartbeat")).raise_for_status()

    async def add(self, document: int, title: str, chunks: list[str], embeddings: list[list[float]]) -> None:
        body = {
            "ids": [f"{document}-{place}" for place in range(len(chunks))],
            "documents": chunks,
            "embeddings": embeddings,
            "metadatas": [{"document": document, "title": title} for _ in chunks],
        }
        await self._post("add", body)

    async def find_nearest(self, embedding: list[float], limit: int) -> list[dict]:
        """Return the closest chunks with their titles, the closest first."""
        body = {"query_embeddings": [embedding], "n_results": limit, "include": ["documents", "metadatas", "distances"]}
        found = await self._post("query", body)
        rows = zip(found["documents"][0], found["metadatas"][0], found["distances"][0], strict=True)
        return [{"title": about["title"], "text": text, "distance": distance} for text, about, distance in rows]

    async def count(self) -> int:
        answer = await self._http.get(f"{BASE}/{await self._collection()}/count")
        return answer.raise_for_status().json()

    async def _post(self, action: str, body: dict) -> dict:
        answer = await self._http.post(f"{BASE}/{await self._collection()}/{action}", json=body)
        return answer.raise_for_status().json()

    async def _collection(self) -> str:
        if self._id is None:
            answer = await self._http.post(BASE, json={"name": COLLECTION, "get_or_create": True})
            self._id = answer.raise_for_status().json()["id"]
        return self._id
