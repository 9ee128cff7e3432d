"""What the page asks the API."""

import httpx


class Api:
    """The API at an address; every method gives the answer or one sentence about what went wrong."""

    def __init__(self, address: str, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(base_url=address, timeout=130, transport=transport)

    def list_documents(self) -> list[dict] | str:
        answer = self._ask("GET", "/documents")
        return answer if isinstance(answer, str) else answer["documents"]

    def add_document(self, title: str, text: str) -> dict | str:
        return self._ask("POST", "/documents", {"title": title, "text": text})

    def ask(self, question: str) -> dict | str:
        return self._ask("POST", "/query", {"question": question})

    def _ask(self, method: str, path: str, body: dict | None = None) -> dict | str:
        try:
            answer = self._http.request(method, path, json=body)
        except httpx.HTTPError as failure:
            return f"The API cannot be reached ({type(failure).__name__})."
        if answer.is_success:
            return answer.json()
        return f"The API answered {answer.status_code}."
