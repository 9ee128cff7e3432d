"""The health check: exit 0 when Streamlit in this container says that it is well."""

import http.client
import sys

connection = http.client.HTTPConnection("127.0.0.1", 8501, timeout=8)
try:
    connection.request("GET", "/_stcore/health")
    answer = connection.getresponse()
    print(answer.status, answer.read(200).decode("utf-8", "replace"))
    sys.exit(0 if answer.status == 200 else 1)
except OSError as failure:
    print(f"no answer on port 8501: {failure}")
    sys.exit(1)
