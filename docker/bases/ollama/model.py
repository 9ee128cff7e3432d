"""The stand-in's model: embeddings by hashed words, answers by quotation. The same input gives the same output."""

import hashlib
import math
import re

DIMENSIONS = 256
COMMON = frozenset(
    "a an and are as at be by do does for from has have how i in is it its of on or that the their this to was were "
    "what when where which who why will with you your".split()
)


def words(text: str) -> list[str]:
    """Return the words that say something, in lower case and without a plural's ending."""
    found = re.findall(r"[a-z0-9]+", text.lower())
    return [word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found if word not in COMMON]


def embed(text: str) -> list[float]:
    """Return a vector of length 1 (of length 0 for a text without words); texts that share words lie close."""
    vector = [0.0] * DIMENSIONS
    for word in words(text):
        digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
        vector[int.from_bytes(digest[:2], "big") % DIMENSIONS] += 1.0 if digest[2] & 1 else -1.0
    length = math.sqrt(sum(each * each for each in vector))
    return [each / length for each in vector] if length else vector


def answer(prompt: str, most: int = 2) -> str:
    """Return the sentences of the prompt's body that share most words with its last line, the question."""
    body, _, question = prompt.strip().rpartition("\n")
    wanted = set(words(question))
    sentences = [each.strip() for each in re.split(r"(?<=[.!?])\s+|\n+", body) if each.strip()]
    scored = [(len(wanted & set(words(each))), -place, each) for place, each in enumerate(sentences)]
    best = sorted((each for each in scored if each[0] > 0), reverse=True)[:most]
    return " ".join(text for _, _, text in sorted(best, key=lambda each: -each[1])) or "The context does not say."
