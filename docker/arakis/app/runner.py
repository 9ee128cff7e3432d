"""Workflows wait in Redis and are run one after the other."""

import asyncio
import logging

import redis.asyncio as redis
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.screening import screen
from app.tables import Workflow

log = logging.getLogger("arakis")
QUEUE = "arakis:workflows"


class Runner:
    """The queue and the task that empties it."""

    def __init__(self, queue: redis.Redis, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._queue = queue
        self._sessions = sessions

    async def add(self, workflow: int) -> None:
        await self._queue.rpush(QUEUE, workflow)

    async def run(self) -> None:
        """Take and run workflows until cancelled; one that fails is left `running` and said in the log."""
        while True:
            try:
                taken = await self._queue.blpop([QUEUE], timeout=5)
                if taken is not None:
                    await self.run_one(int(taken[1]))
            except redis.RedisError as failure:
                log.warning("queue unreachable: %s", type(failure).__name__)
                await asyncio.sleep(1)
            except Exception:
                log.exception("a workflow failed")

    async def run_one(self, identifier: int) -> None:
        async with self._sessions() as session:
            workflow = await session.get(Workflow, identifier)
            if workflow is None:
                return
            workflow.included = screen(
                workflow.research_question,
                workflow.inclusion_criteria,
                workflow.exclusion_criteria,
                workflow.max_results_per_query,
            )
            workflow.status = "completed"
            await session.commit()
        log.info("workflow %d completed", identifier)
