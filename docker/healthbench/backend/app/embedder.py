"""Embeddings without a paid service: words hashed into a vector of fixed length. The same text gives the same vector."""

import hashlib
import math
import re

DIMENSIONS = 256
COMMON = frozenset(
    "a an and are as at be been by did do does for from had has have her his how in is it its no not of on or she he "
    "that the their then there they this to was were what when where which who will with".split()
)


def split_words(text: str) -> list[str]:
    """Return the words that say something, in lower case and without a plural's ending."""
    found = re.findall(r"[a-z0-9]+", text.lower())
    return [word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found if word not in COMMON]


def embed(text: str) -> list[float]:
    """Return a vector of length 1 (all zeros for a text without words); texts that share words lie close."""
    vector = [0.0] * DIMENSIONS
    for word in split_words(text):
        digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
        vector[int.from_bytes(digest[:2], "big") % DIMENSIONS] += 1.0 if digest[2] & 1 else -1.0
    length = math.sqrt(sum(each * each for each in vector))
    return [each / length for each in vector] if length else vector


def format_vector(vector: list[float]) -> str:
    """Return pgvector's text form."""
    return "[" + ",".join(f"{each:.6g}" for each in vector) + "]"
