"""Column types: instants that keep their zone, and bytes that were sealed before they came."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary, TypeDecorator

Identity = BigInteger().with_variant(Integer, "sqlite")
"""63-bit ids; on SQLite a plain INTEGER, so that the primary key is the row id."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC. SQLite drops the zone silently, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; give it a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Sealed(bytes):
    """Bytes that a `KeyRing` has sealed."""

    __slots__ = ()


class SealedBytes(TypeDecorator[Sealed]):
    """A column for what a person wrote. It refuses anything that was not sealed before."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ANN401
        if value is not None and not isinstance(value, Sealed):
            raise TypeError("this column takes sealed bytes only")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> Sealed | None:  # noqa: ANN401
        return None if value is None else Sealed(value)
