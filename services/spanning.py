"""Several databases: which of them a connection leads to."""

from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.entering import PLACE, SHARED, Place


def in_control(db: AsyncConnection) -> bool:
    """Whether a connection leads to the control database, where log, witnesses and notices are kept."""
    place: Place = db.info.get(PLACE) or Place()
    return place.name == SHARED
