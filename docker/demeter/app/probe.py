"""The health check of the API: exit 0 when the server in this container answers that it is healthy."""

import http.client
import sys


def probe(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2.5)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        print(answer.status, answer.read(2000).decode("utf-8", "replace"))
        return answer.status == 200
    except OSError as failure:
        print(f"no answer on port {port}: {failure}")
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if probe(8000) else 1)
