#!/usr/bin/env python3
"""A stand-in for Ollama: `ollama serve | list | pull MODEL`, and its HTTP interface.

Any name can be pulled: it is noted below ~/.ollama, and every name is the same small model (model.py).
"""

import datetime
import json
import os
import signal
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ollamastandin.model import answer, embed

NOTES = Path(os.environ.get("OLLAMA_MODELS", Path.home() / ".ollama" / "models")) / "stand-in.json"
VERSION = "0.0.0-stand-in"


def full_name(name: str) -> str:
    return name if ":" in name else f"{name}:latest"


def read_models() -> dict[str, str]:
    return json.loads(NOTES.read_text()) if NOTES.is_file() else {}


def note_model(name: str) -> None:
    NOTES.parent.mkdir(parents=True, exist_ok=True)
    models = {full_name(name): datetime.datetime.now(datetime.UTC).isoformat(), **read_models()}
    new = NOTES.with_suffix(".new")
    new.write_text(json.dumps(models))
    new.replace(NOTES)


def describe(name: str, modified: str) -> dict:
    details = {"family": "stand-in", "format": "none", "parameter_size": "0", "quantization_level": "none"}
    return {"name": name, "model": name, "modified_at": modified, "size": 0, "digest": "0" * 64, "details": details}


def complete(asked: dict, chat: bool) -> dict:
    messages = asked.get("messages") or []
    prompt = "\n".join(str(each.get("content", "")) for each in messages) if chat else str(asked.get("prompt", ""))
    text = answer(prompt)
    result: dict = {"model": asked["model"], "created_at": datetime.datetime.now(datetime.UTC).isoformat()}
    result.update({"message": {"role": "assistant", "content": text}} if chat else {"response": text})
    counts = {"prompt_eval_count": len(prompt.split()), "eval_count": len(text.split())}
    return {**result, "done": True, "done_reason": "stop", **counts}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        match self.path:
            case "/":
                self.reply(200, b"Ollama is running", "text/plain")
            case "/api/version":
                self.reply_json(200, {"version": VERSION})
            case "/api/tags":
                self.reply_json(200, {"models": [describe(*each) for each in read_models().items()]})
            case "/api/ps":
                self.reply_json(200, {"models": []})
            case _:
                self.reply_json(404, {"error": "not found"})

    do_HEAD = do_GET

    def do_POST(self) -> None:
        try:
            asked = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)))
            name = full_name(str(asked.get("model") or asked.get("name") or ""))
        except (ValueError, AttributeError):
            return self.reply_json(400, {"error": "invalid JSON"})
        if name == ":latest":
            return self.reply_json(400, {"error": "model is required"})
        asked["model"] = name
        if self.path == "/api/pull":
            note_model(name)
            return self.reply_lines(asked, [{"status": "pulling manifest"}, {"status": "success"}])
        if name not in read_models():
            return self.reply_json(404, {"error": f"model '{name}' not found"})
        match self.path:
            case "/api/generate" | "/api/chat":
                self.reply_lines(asked, [complete(asked, self.path.endswith("chat"))])
            case "/api/embed":
                given = asked.get("input", "")
                texts = given if isinstance(given, list) else [given]
                self.reply_json(200, {"model": name, "embeddings": [embed(str(text)) for text in texts]})
            case "/api/embeddings":
                self.reply_json(200, {"embedding": embed(str(asked.get("prompt", "")))})
            case "/api/show":
                self.reply_json(200, describe(name, read_models()[name]))
            case _:
                self.reply_json(404, {"error": "not found"})

    def reply_lines(self, asked: dict, lines: list[dict]) -> None:
        """As Ollama does: one JSON object a line, only the last one when `stream` is false."""
        if asked.get("stream") is False:
            return self.reply_json(200, lines[-1])
        text = "".join(json.dumps(line) + "\n" for line in lines)
        self.reply(200, text.encode(), "application/x-ndjson")

    def reply_json(self, status: int, value: dict) -> None:
        self.reply(status, json.dumps(value).encode(), "application/json; charset=utf-8")

    def reply(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        # A client that was stopped in the middle of a request is no error of the server's.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def serve() -> None:
    host, _, port = os.environ.get("OLLAMA_HOST", "127.0.0.1:11434").rpartition(":")
    server = Server((host or "127.0.0.1", int(port)), Handler)
    # As the first process, Python would ignore the signal.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"A stand-in for Ollama listens at port {port}", flush=True)
    server.serve_forever()


def ask(path: str, asked: dict | None = None) -> dict:
    port = os.environ.get("OLLAMA_HOST", "127.0.0.1:11434").rpartition(":")[2]
    body = None if asked is None else json.dumps(asked).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", body, timeout=30) as reply:
        return json.load(reply)


def main(arguments: list[str]) -> str | None:
    match arguments:
        case ["serve"]:
            serve()
        case ["list" | "ls"]:
            print("NAME\tID\tSIZE\tMODIFIED")
            for model in ask("/api/tags")["models"]:
                print(f"{model['name']}\t{model['digest'][:12]}\t0 B\t{model['modified_at']}")
        case ["pull", name]:
            print(ask("/api/pull", {"model": name, "stream": False})["status"])
        case ["--version" | "-v"]:
            print(f"ollama version is {VERSION}")
        case _:
            return f"{__doc__}"
    return None


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as error:
        sys.exit(f"ollama: {error}")
