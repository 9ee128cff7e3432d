"""The health check: exit 0 when the server in this container answers 200 at the path (`/health`)."""

import http.client
import sys


def probe(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        print(answer.status, answer.read(2000).decode("utf-8", "replace"))
        return answer.status == 200
    except OSError as failure:
        print(f"no answer on port {port}: {failure}")
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if probe(8000, "/health") else 1)
