"""The tables, as alembic's newest version has them."""

import datetime

from sqlalchemy import JSON, DateTime, Text, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Workflow(Base):
    """A literature review: the question, the criteria, and what was included."""

    __tablename__ = "workflows"

    id: Mapped[int] = mapped_column(primary_key=True)
    research_question: Mapped[str] = mapped_column(Text)
    inclusion_criteria: Mapped[str] = mapped_column(Text)
    exclusion_criteria: Mapped[str] = mapped_column(Text)
    databases: Mapped[list] = mapped_column(JSON)
    max_results_per_query: Mapped[int]
    fast_mode: Mapped[bool]
    status: Mapped[str] = mapped_column(default="pending")
    included: Mapped[list] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
