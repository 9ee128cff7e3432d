"""Answers and summaries: OpenAI's where a key is set, else sentences quoted from the context."""

import asyncio
import json
import re
import urllib.request
from typing import Protocol

from app.embedder import split_words
from app.settings import Settings


class Model(Protocol):
    name: str

    async def answer(self, question: str, context: str) -> str: ...


class Quoting:
    """The built-in model: the sentences of the context that share most words with the question."""

    name = "built-in"

    async def answer(self, question: str, context: str) -> str:
        wanted = set(split_words(question))
        sentences = [each for each in re.split(r"(?<=[.!?])\s+|\n+", context) if each.strip()]
        scored = [(len(wanted & set(split_words(each))), -place, each) for place, each in enumerate(sentences)]
        best = sorted(scored, reverse=True)[:3]
        return " ".join(text for _, _, text in sorted(best, key=lambda each: -each[1]))


class OpenAI:
    """Chat completions of OpenAI or of a server that speaks its protocol."""

    def __init__(self, settings: Settings) -> None:
        self.name = settings.openai_model
        self._url = f"{settings.openai_url}/chat/completions"
        self._key = settings.openai_key

    async def answer(self, question: str, context: str) -> str:
        return await asyncio.to_thread(self._ask, question, context)

    def _ask(self, question: str, context: str) -> str:
        messages = [
            {"role": "system", "content": "Answer from these notes alone:\n" + context},
            {"role": "user", "content": question},
        ]
        body = json.dumps({"model": self.name, "messages": messages}).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self._url, body, headers), timeout=30) as reply:
            return json.load(reply)["choices"][0]["message"]["content"]


def choose_model(settings: Settings) -> Model:
    return OpenAI(settings) if settings.openai_key else Quoting()
