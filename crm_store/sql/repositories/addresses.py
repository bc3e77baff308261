"""Kept addresses in SQL."""

from contextlib import suppress
from uuid import UUID

import sqlalchemy as sa

from crm_store.domain.addresses import AddressLabel, SavedAddress
from crm_store.domain.orders import Address
from crm_store.sql.connections import Connection
from crm_store.sql.statements import AnyRow
from crm_store.sql.tables import addresses


class SqlAddresses:
    """See `crm_store.use_cases.ports.addresses.Addresses`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_all(self, customer_id: UUID) -> list[SavedAddress]:
        query = (
            sa.select(addresses)
            .where(addresses.c.customer_id == customer_id)
            .order_by(addresses.c.is_default.desc(), addresses.c.created_at.desc())
        )
        return [_saved(row) for row in await self._connection.execute(query)]

    async def add(self, customer_id: UUID, saved: SavedAddress) -> None:
        await self._connection.execute(
            addresses.insert().values(
                id=saved.id,
                customer_id=customer_id,
                label=saved.name.value if saved.name else None,
                line=saved.address.line,
                area=saved.address.area,
                city=saved.address.city,
                postcode=saved.address.postcode,
                phone=saved.address.phone,
                is_default=saved.is_default,
                created_at=saved.created_at,
            )
        )


def _saved(row: AnyRow) -> SavedAddress:
    return SavedAddress(
        id=row.id,
        address=Address(line=row.line, area=row.area, city=row.city, postcode=row.postcode, phone=row.phone),
        name=_label(row.label),
        is_default=row.is_default,
        created_at=row.created_at,
    )


def _label(written: str | None) -> AddressLabel | None:
    """A label of the checkout that is none of ours stays the checkout's."""
    with suppress(ValueError):
        return AddressLabel(written or "")
    return None
