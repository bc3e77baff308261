"""Stores in SQL."""

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa

from crm_store.domain.branches import Branch
from crm_store.domain.opening_hours import SHOP_TIMEZONE, Hours, OpeningHours
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import branch_hours, branches


class SqlBranches:
    """See `crm_store.use_cases.ports.branches.Branches`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_all(self) -> list[Branch]:
        query = sa.select(branches).order_by(branches.c.position, branches.c.code)
        rows = (await self._connection.execute(query)).all()
        weeks = await self._weeks()
        return [_branch(row, weeks[row.code]) for row in rows]

    async def _weeks(self) -> Mapping[str, dict[int, Hours]]:
        weeks: defaultdict[str, dict[int, Hours]] = defaultdict(dict)
        for row in await self._connection.execute(sa.select(branch_hours)):
            weeks[row.branch_code][row.weekday] = Hours(row.opens, row.closes)
        return weeks


def _branch(row: AnyRow, week: Mapping[int, Hours]) -> Branch:
    return Branch(
        code=row.code,
        name=row.name,
        name_bn=row.name_bn,
        city=row.city,
        address=row.address,
        address_bn=row.address_bn,
        near=row.near,
        near_bn=row.near_bn,
        directions=row.directions,
        directions_bn=row.directions_bn,
        phone=row.phone,
        map_url=row.map_url,
        latitude=row.latitude,
        longitude=row.longitude,
        hours=OpeningHours(week=week, timezone=SHOP_TIMEZONE),
    )
