"""The next batch of a file is read while the one before is written."""

import threading

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import translation

from deals.intake.files.values import Reader
from deals.models import Product
from deals.services.imports.reading import read_ahead


def test_every_batch_comes_once_and_in_order():
    assert list(read_ahead(iter([[1, 2], [3, 4], [5]]))) == [[1, 2], [3, 4], [5]]
    assert list(read_ahead(iter([]))) == []


def test_one_batch_is_read_ahead_and_no_more():
    read = []
    ahead = read_ahead([read.append(number) or number] for number in range(1, 9))
    assert next(ahead) == [1]
    assert next(ahead) == [2]
    assert len(read) <= 3
    ahead.close()
    assert len(read) == 3


def test_what_goes_wrong_in_the_file_is_raised_where_its_rows_are_wanted():
    def broken():
        yield [1]
        raise ValueError("line 7")

    ahead = read_ahead(broken())
    assert next(ahead) == [1]
    with pytest.raises(ValueError, match="line 7"):
        next(ahead)


def test_no_thread_is_left_when_somebody_stops_half_way():
    ahead = read_ahead([number] for number in range(1, 9))
    next(ahead)
    ahead.close()
    assert not [one for one in threading.enumerate() if one.name.startswith("read-ahead")]


def test_reasons_are_written_in_the_language_of_whoever_imports():
    with translation.override("de"):
        assert list(read_ahead(iter([translation.get_language()] for _ in range(2)))) == [["de"], ["de"]]


def test_reading_ahead_never_asks_the_database(bring, company, monkeypatch):
    """A thread's own connection would stay open, and see nothing of the transaction that its rows are for."""
    connect, record = BaseDatabaseWrapper.connect, Reader.record
    asking, reading = set(), set()
    monkeypatch.setattr(BaseDatabaseWrapper, "connect", lambda self: asking.add(threading.current_thread().name) or connect(self))
    monkeypatch.setattr(Reader, "record", lambda self, line: reading.add(threading.current_thread().name) or record(self, line))
    Product.objects.create(name="Press", name_key="press")
    titles = "Id,Name,Owner,Account,Product,Stage,Amount,Currency,Lead source,Opened,Close date\n"
    rows = "".join(
        f"r{n},Deal {n},Olaf Owner,Account {n},Press,Lost,5.5,EUR,Web,2026-01-01,{'2026-02-01' if n % 2 else 'never'}\n" for n in range(20)
    )
    done = bring("deals", titles + rows)
    assert (done.error, done.counts) == ("", {"created": 10, "rejected": 10})
    assert [name for name in reading if name.startswith("read-ahead")]
    assert not [name for name in asking if name.startswith("read-ahead")]
