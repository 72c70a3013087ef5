"""How the queues stand, on both databases."""

from datetime import timedelta

from coachbot.store import inbox, outbox, people, pulses, vitals
from coachbot.store.database import Database
from coachbot.store.outbox import Parcel
from coachbot.store.people import Address
from coachbot.store.sealing import KeyRing
from coachbot.store.vitals import Queue
from tests.conftest import NOW

LATER = NOW + timedelta(seconds=7)


def test_nothing_waits_in_an_empty_database(database: Database) -> None:
    with database.read() as connection:
        told = vitals.read(connection, NOW)
    assert told == vitals.Vitals(Queue(0, timedelta(0)), Queue(0, timedelta(0)), 0, None, None)


def test_depth_and_age_are_those_of_what_waits(database: Database, ring: KeyRing) -> None:
    with database.write() as connection:
        inbox.receive(connection, ring, [(1, 5, {}), (2, 5, {})], NOW)
        anna = people.add(connection, Address("telegram", "5"), "de", NOW)
        parcels = [Parcel("sendMessage", {}, "question"), Parcel("sendMessage", {}, "message")]
        outbox.owe(connection, ring, anna.id, 5, parcels, NOW)
        pulses.beat(connection, "receive", NOW)
    with database.read() as connection:
        told = vitals.read(connection, LATER)
        earlier = vitals.read(connection, NOW - timedelta(seconds=7))
    waited = timedelta(seconds=7)
    assert told == vitals.Vitals(Queue(2, waited), Queue(2, waited), 0, NOW, None)
    assert earlier.inbox.age == earlier.outbox.age == timedelta(0)
