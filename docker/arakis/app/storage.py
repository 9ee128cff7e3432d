"""Reports in an S3 store."""

import asyncio
import io

from minio import Minio
from minio.error import S3Error

from app.settings import Settings


class Storage:
    """One bucket; the client is synchronous, so every call leaves the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._bucket = settings.bucket
        # A region given is one request less, and the store has only one.
        self._client = Minio(
            settings.storage,
            access_key=settings.storage_key,
            secret_key=settings.storage_secret,
            secure=False,
            region="us-east-1",
        )

    async def put(self, key: str, body: bytes, kind: str) -> None:
        await asyncio.to_thread(self._client.put_object, self._bucket, key, io.BytesIO(body), len(body), kind)

    async def get(self, key: str) -> bytes | None:
        return await asyncio.to_thread(self._get, key)

    def _get(self, key: str) -> bytes | None:
        try:
            answer = self._client.get_object(self._bucket, key)
        except S3Error as failure:
            if failure.code == "NoSuchKey":
                return None
            raise
        try:
            return answer.read()
        finally:
            answer.close()
            answer.release_conn()
