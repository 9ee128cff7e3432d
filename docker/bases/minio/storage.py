"""Buckets are folders, objects are files; a key is stored under its quoted name, so that no key leaves the bucket."""

import hashlib
import os
import tempfile
import urllib.parse
from pathlib import Path


class Storage:
    """Objects below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def buckets(self) -> list[str]:
        return sorted(each.name for each in self._root.iterdir() if each.is_dir() and not each.name.startswith("."))

    def has_bucket(self, bucket: str) -> bool:
        return self._bucket(bucket).is_dir()

    def make_bucket(self, bucket: str) -> bool:
        """Return whether it is new."""
        try:
            self._bucket(bucket).mkdir()
        except FileExistsError:
            return False
        return True

    def remove_bucket(self, bucket: str) -> bool:
        """Return whether it was empty and is gone."""
        try:
            self._bucket(bucket).rmdir()
        except OSError:
            return False
        return True

    def put(self, bucket: str, key: str, body: bytes) -> str:
        """Write the object so that it is there whole or not at all; return its tag."""
        file = self._object(bucket, key)
        with tempfile.NamedTemporaryFile(dir=self._root, prefix=".new-", delete=False) as new:
            new.write(body)
            new.flush()
            os.fsync(new.fileno())
        os.replace(new.name, file)
        return tag(body)

    def get(self, bucket: str, key: str) -> bytes | None:
        file = self._object(bucket, key)
        return file.read_bytes() if file.is_file() else None

    def delete(self, bucket: str, key: str) -> None:
        self._object(bucket, key).unlink(missing_ok=True)

    def keys(self, bucket: str, prefix: str) -> list[tuple[str, int]]:
        """Return keys that start with the prefix, each with its size in bytes."""
        found = ((urllib.parse.unquote(each.name), each.stat().st_size) for each in self._bucket(bucket).iterdir())
        return sorted(each for each in found if each[0].startswith(prefix))

    def _bucket(self, bucket: str) -> Path:
        return self._root / _file_name(bucket)

    def _object(self, bucket: str, key: str) -> Path:
        return self._bucket(bucket) / _file_name(key)


def tag(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _file_name(name: str) -> str:
    quoted = urllib.parse.quote(name, safe="")
    return "%2E" + quoted[1:] if quoted.startswith(".") else quoted
