import sys
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from client import Api  # noqa: E402


def answering(status: int, body: dict) -> Api:
    return Api("http://api", httpx.MockTransport(lambda _: httpx.Response(status, json=body)))


def test_answers_come_through() -> None:
    assert answering(200, {"documents": [{"title": "a", "chunks": 1}]}).list_documents() == [{"title": "a", "chunks": 1}]
    assert answering(200, {"answer": "yes", "sources": []}).ask("?") == {"answer": "yes", "sources": []}


def test_failures_are_one_sentence() -> None:
    assert answering(503, {}).ask("?") == "The API answered 503."

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    assert Api("http://api", httpx.MockTransport(refuse)).add_document("a", "b") == "The API cannot be reached (ConnectError)."
