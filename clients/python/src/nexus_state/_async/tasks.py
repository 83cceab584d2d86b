"""Scheduled tasks, and the workers that run them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, AsyncIterator, Dict, List, Mapping, Optional, Union

from .. import _json, _request, models
from .._ids import new_trade_id
from .._request import KEEP, Version, _Keep
from .connection import AsyncConnection

TaskId = Union[uuid.UUID, str]


class AsyncTasks:
    """``client.tasks``"""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def create(
        self,
        chat_id: Union[int, str],
        action: str,
        schedule: models.TaskSchedule,
        *,
        id: Optional[TaskId] = None,
        params: Optional[Mapping[str, Any]] = None,
        missed: Optional[str] = None,
        description: Optional[str] = None,
        job_id: Optional[str] = None,
        is_active: bool = True,
        next_run: Optional[datetime] = None,
    ) -> models.Task:
        """Creates a task. Repeating the call with the same id and content returns the existing task.

        :param missed: what happens to runs that were missed: ``once`` (default), ``all`` or ``skip``.
        :param next_run: when the first run is due; by default the first occurrence of the schedule after now, by the store's clock.
        :raises StateError: the id has different content.
        """
        members: Dict[str, Any] = {
            "id": str(id or new_trade_id()), "chatId": _request.chat(chat_id), "action": action, "params": dict(params or {}),
            "schedule": _schedule(schedule), "missed": missed, "description": description, "jobId": job_id, "isActive": is_active,
            "nextRun": _json.instant_text("nextRun", next_run),
        }
        body = {name: value for name, value in members.items() if value is not None}
        return models.task(await self._connection.get(_request.write("POST", "/v1/tasks", body, repeatable=True)))

    async def get(self, id: TaskId) -> Optional[models.Task]:
        """A task; None if there is none."""
        found = await self._connection.find(_request.read(_path(id)))
        return None if found is None else models.task(found)

    async def list(
        self,
        *,
        chat_id: Union[int, str, None] = None,
        is_active: Optional[bool] = None,
        failed: Optional[bool] = None,
        action: Optional[str] = None,
        page_size: int = 100,
    ) -> AsyncIterator[models.Task]:
        """Tasks by id; ids that are made here or by the server are in the order of creation.

        :param failed: True: only tasks whose last run or attempt failed.
        """
        pages = self._connection.pages(
            lambda after: _request.read(
                "/v1/tasks", chatId=chat_id, isActive=_flag(is_active), failed=_flag(failed), action=action, after=after, limit=page_size),
            "tasks")
        async for member in pages:
            yield models.task(member)

    async def patch(
        self,
        id: TaskId,
        *,
        action: Union[str, _Keep] = KEEP,
        params: Union[Mapping[str, Any], _Keep] = KEEP,
        schedule: Optional[models.TaskSchedule] = None,
        missed: Union[str, _Keep] = KEEP,
        description: Union[str, _Keep] = KEEP,
        job_id: Union[str, _Keep] = KEEP,
        is_active: Union[bool, _Keep] = KEEP,
        next_run: Optional[datetime] = None,
        if_version: Version = None,
    ) -> models.Task:
        """Changes a task. What is not given stays. A new schedule and a resumed task compute the next run from now."""
        body = _request.body_of(
            action=action, params=params, schedule=KEEP if schedule is None else _schedule(schedule), missed=missed, description=description,
            jobId=job_id, isActive=is_active, nextRun=KEEP if next_run is None else _json.instant_text("nextRun", next_run))
        call = _request.write("PATCH", _path(id), body, version=if_version, content_type=_request.MERGE_PATCH)
        return models.task(await self._connection.get(call))

    async def delete(self, id: TaskId, *, if_version: Version = None) -> bool:
        """Deletes a task. False if there is none."""
        return await self._connection.remove(_request.remove(_path(id), if_version))

    async def run_now(self, id: TaskId) -> models.Task:
        """Makes a task due now."""
        return models.task(await self._connection.get(_request.write("POST", f"{_path(id)}:run", KEEP)))

    async def claim(
        self, *, lease_seconds: float, limit: int = 10, holder: Optional[str] = None, idempotency_key: Optional[str] = None
    ) -> List[models.Task]:
        """Claims due tasks, the longest due first. Each has a ``lease`` whose ``fence`` its completion, renewal and release name.

        A lost response is repeated under the same key: the repeat returns what the lost attempt claimed.
        """
        body = _request.body_of(leaseSeconds=lease_seconds, limit=limit, holder=KEEP if holder is None else holder)
        claimed = await self._connection.get(_request.write("POST", "/v1/tasks:claim", body, idempotency_key=idempotency_key))
        return [models.task(member) for member in claimed.members("tasks")]

    async def complete(self, id: TaskId, fence: int, *, error: Optional[str] = None) -> models.TaskCompletion:
        """Ends a run; the next one is computed. A repeat returns the first result.

        :param error: why the run failed.
        :raises StateError: another worker has taken the task over.
        """
        body = _request.body_of(fence=fence, error=KEEP if error is None else error)
        return models.task_completion(await self._connection.get(_request.write("POST", f"{_path(id)}:complete", body, repeatable=True)))

    async def renew(self, id: TaskId, fence: int, *, lease_seconds: float) -> datetime:
        """Renews a claim; returns until when it holds.

        :raises StateError: another worker has taken the task over: stop the run.
        """
        body = {"fence": fence, "leaseSeconds": lease_seconds}
        return (await self._connection.get(_request.write("POST", f"{_path(id)}:renew", body, repeatable=True))).instant("until")

    async def release(self, id: TaskId, fence: int, *, delay_seconds: float = 0, error: Optional[str] = None) -> None:
        """Gives a task back before its run is completed.

        :param error: why the attempt failed; None: the run was not begun, and the attempt does not count.
        """
        body = _request.body_of(fence=fence, delaySeconds=delay_seconds, error=KEEP if error is None else error)
        await self._connection.send(_request.write("POST", f"{_path(id)}:release", body))


def _schedule(schedule: models.TaskSchedule) -> Dict[str, Any]:
    # A time zone is for cron only.
    return {"type": schedule.type, "value": schedule.value, **({"timezone": schedule.timezone} if schedule.type == "cron" else {})}


def _path(id: TaskId) -> str:
    return _request.path_of("tasks", id)


def _flag(value: Optional[bool]) -> Optional[str]:
    return None if value is None else "true" if value else "false"
