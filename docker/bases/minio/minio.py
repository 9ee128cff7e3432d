#!/usr/bin/env python3
"""A stand-in for `minio server`: `minio server FOLDER [--address :9000] [--console-address :9001]`.

Speaks what S3 clients use every day: buckets (make, remove, list), objects (put, get, head, delete, list version 2),
AWS Signature Version 4, MinIO's health endpoints. No multipart uploads, policies, versions, presigned URLs or console.
"""

import os
import signal
import sys
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

from s3standin.signature import Request, is_allowed
from s3standin.storage import Storage, tag

LARGEST = 256 * 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "MinIO-stand-in"
    storage: Storage
    key: str
    secret: str

    def handle_any(self) -> None:
        path = urllib.parse.unquote(self.path.partition("?")[0])
        if path.startswith("/minio/health/"):
            return self.answer(200)
        length = int(self.headers.get("content-length") or 0)
        if length > LARGEST:
            self.close_connection = True
            return self.refuse(413, "EntityTooLarge")
        body = self.rfile.read(length)
        if not is_allowed(Request(self.command, self.path, dict(self.headers.items())), self.key, self.secret):
            return self.refuse(403, "AccessDenied")
        bucket, _, key = path.lstrip("/").partition("/")
        if bucket == "":
            return self.list_buckets()
        if key == "":
            return self.serve_bucket(bucket)
        if not self.storage.has_bucket(bucket):
            return self.refuse(404, "NoSuchBucket")
        return self.serve_object(bucket, key, body)

    do_GET = do_HEAD = do_PUT = do_DELETE = do_POST = handle_any

    def list_buckets(self) -> None:
        names = "".join(f"<Bucket><Name>{escape(name)}</Name></Bucket>" for name in self.storage.buckets())
        self.answer_xml(200, f"<ListAllMyBucketsResult><Buckets>{names}</Buckets></ListAllMyBucketsResult>")

    def serve_bucket(self, bucket: str) -> None:
        if self.command == "PUT":
            new = self.storage.make_bucket(bucket)
            return self.answer(200) if new else self.refuse(409, "BucketAlreadyOwnedByYou")
        if not self.storage.has_bucket(bucket):
            return self.refuse(404, "NoSuchBucket")
        if self.command == "DELETE":
            gone = self.storage.remove_bucket(bucket)
            return self.answer(204) if gone else self.refuse(409, "BucketNotEmpty")
        if self.command == "HEAD":
            return self.answer(200)
        if self.command != "GET":
            return self.refuse(501, "NotImplemented")
        query = urllib.parse.parse_qs(self.path.partition("?")[2])
        found = self.storage.keys(bucket, query.get("prefix", [""])[0])
        items = "".join(f"<Contents><Key>{escape(key)}</Key><Size>{size}</Size></Contents>" for key, size in found)
        head = f"<Name>{escape(bucket)}</Name><KeyCount>{len(found)}</KeyCount><IsTruncated>false</IsTruncated>"
        self.answer_xml(200, f"<ListBucketResult>{head}{items}</ListBucketResult>")

    def serve_object(self, bucket: str, key: str, body: bytes) -> None:
        if self.command == "PUT":
            return self.answer(200, headers={"ETag": f'"{self.storage.put(bucket, key, body)}"'})
        if self.command == "DELETE":
            self.storage.delete(bucket, key)
            return self.answer(204)
        if self.command not in ("GET", "HEAD"):
            return self.refuse(501, "NotImplemented")
        stored = self.storage.get(bucket, key)
        if stored is None:
            return self.refuse(404, "NoSuchKey")
        self.answer(200, stored, "application/octet-stream", {"ETag": f'"{tag(stored)}"'})

    def answer(self, status: int, body: bytes = b"", kind: str = "", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if kind:
            self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def answer_xml(self, status: int, text: str) -> None:
        self.answer(status, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode(), "application/xml")

    def refuse(self, status: int, code: str) -> None:
        self.answer_xml(status, f"<Error><Code>{code}</Code><Message>{code}</Message></Error>")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        # A client that was stopped in the middle of a request is no error of the server's.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main() -> None:
    words = sys.argv[1:]
    if len(words) < 2 or words[0] != "server":
        sys.exit("usage: minio server FOLDER [--address :9000] [--console-address :9001]")
    address = words[words.index("--address") + 1] if "--address" in words else ":9000"
    host, _, port = address.rpartition(":")
    Handler.key = os.environ.get("MINIO_ROOT_USER", "")
    Handler.secret = os.environ.get("MINIO_ROOT_PASSWORD", "")
    if len(Handler.key) < 3 or len(Handler.secret) < 8:
        sys.exit("minio: MINIO_ROOT_USER needs 3 characters and MINIO_ROOT_PASSWORD 8")
    folder = Path(words[1])
    folder.mkdir(parents=True, exist_ok=True)
    Handler.storage = Storage(folder)
    server = Server((host or "0.0.0.0", int(port)), Handler)
    # As the first process, Python would ignore the signal.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"A stand-in for MinIO serves S3 at port {port} from {folder}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
