"""Documents cut into pieces that one embedding can stand for."""

import re

LARGEST = 80


def split_chunks(text: str) -> list[str]:
    """Return the paragraphs of a document, long ones cut between sentences at 80 words."""
    chunks: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        piece: list[str] = []
        for sentence in re.split(r"(?<=[.!?])\s+", " ".join(paragraph.split())):
            words = sentence.split()
            if piece and len(piece) + len(words) > LARGEST:
                chunks.append(" ".join(piece))
                piece = []
            piece.extend(words)
        if piece:
            chunks.append(" ".join(piece))
    return chunks
