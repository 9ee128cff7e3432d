"""Embeddings and answers from the local model service, by Ollama's HTTP interface."""

import httpx


class Language:
    """Two models of one service: one embeds, one answers."""

    def __init__(self, http: httpx.AsyncClient, model: str, embedding_model: str) -> None:
        self._http = http
        self.model = model
        self._embedding_model = embedding_model

    async def pull(self) -> None:
        """Ask for both models; at once where they are there already, long where they are downloaded."""
        for name in (self._embedding_model, self.model):
            answer = await self._http.post("/api/pull", json={"model": name, "stream": False}, timeout=3600)
            answer.raise_for_status()

    async def has_models(self) -> bool:
        answer = (await self._http.get("/api/tags")).raise_for_status().json()
        there = {name for each in answer["models"] for name in (each["name"], each["name"].removesuffix(":latest"))}
        return {self.model, self._embedding_model} <= there

    async def embed(self, texts: list[str]) -> list[list[float]]:
        answer = await self._http.post("/api/embed", json={"model": self._embedding_model, "input": texts})
        return answer.raise_for_status().json()["embeddings"]

    async def answer(self, question: str, context: str) -> str:
        prompt = f"Answer from this context alone.\n\n{context}\n\nQuestion: {question}"
        answer = await self._http.post("/api/generate", json={"model": self.model, "prompt": prompt, "stream": False})
        return answer.raise_for_status().json()["response"]
