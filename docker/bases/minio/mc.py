#!/usr/bin/env python3
"""A stand-in for MinIO's client: `mc ready ALIAS`, `mc alias set ALIAS URL KEY SECRET`, `mc mb [--ignore-existing] ALIAS/BUCKET`."""

import hashlib
import http.client
import json
import os
import sys
import time
import urllib.parse
from pathlib import Path

from s3standin.signature import Request, sign

ALIASES = Path(os.environ.get("MC_CONFIG_DIR", Path.home() / ".mc")) / "config.json"
LOCAL = {"url": "http://127.0.0.1:9000", "key": "", "secret": ""}


def read_alias(name: str) -> dict[str, str]:
    stored = json.loads(ALIASES.read_text()) if ALIASES.is_file() else {}
    if name not in stored and name != "local":
        sys.exit(f"mc: no alias {name}")
    return stored.get(name, LOCAL)


def ask(alias: dict[str, str], method: str, path: str) -> int:
    url = urllib.parse.urlsplit(alias["url"])
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    headers = {"host": url.netloc, "x-amz-date": now, "x-amz-content-sha256": hashlib.sha256(b"").hexdigest()}
    names = ";".join(sorted(headers))
    credential = f"AWS4-HMAC-SHA256 Credential={alias['key']}/{now[:8]}/us-east-1/s3/aws4_request, SignedHeaders={names}"
    request = Request(method, path, {**headers, "authorization": f"{credential}, Signature="})
    headers["authorization"] = f"{credential}, Signature={sign(alias['secret'], request)}"
    connection = http.client.HTTPConnection(url.hostname or "127.0.0.1", url.port or 80, timeout=5)
    connection.request(method, path, headers=headers)
    return connection.getresponse().status


def main(words: list[str]) -> str | None:
    match words:
        case ["ready", name]:
            status = ask(read_alias(name), "GET", "/minio/health/ready")
            return None if status == 200 else f"mc: {name} answers {status}"
        case ["alias", "set", name, url, key, secret, *_]:
            ALIASES.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            stored = json.loads(ALIASES.read_text()) if ALIASES.is_file() else {}
            ALIASES.touch(mode=0o600)
            ALIASES.write_text(json.dumps({**stored, name: {"url": url, "key": key, "secret": secret}}))
            return None
        case ["mb", *options, target]:
            name, _, bucket = target.partition("/")
            status = ask(read_alias(name), "PUT", f"/{bucket}")
            fine = status == 200 or (status == 409 and {"--ignore-existing", "-p"} & set(options))
            return None if fine else f"mc: {target}: {status}"
    return f"{__doc__}"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except OSError as error:
        sys.exit(f"mc: {error}")
