#!/usr/bin/env python3
"""`chroma` of Chroma's wheel, less its look for a newer version."""

import os
import sys

import chromadb_rust_bindings

# The server's log has colours, and its banner goes to Python's buffer.
os.environ.setdefault("NO_COLOR", "1")
chromadb_rust_bindings.cli(["chroma", *sys.argv[1:]])
