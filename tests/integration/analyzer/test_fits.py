"""Fits in other processes: what they are given, and what is left when one of them dies."""

import operator
import os
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from services.analyzer.fits import FitPool


def test_a_fit_gets_what_it_was_given_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "fits"
    folder.mkdir()
    (folder / "left-by-a-killed-one").touch()
    pool = FitPool(2, folder=folder)
    assert not folder.exists()
    pool.wake(np.sum)
    values = np.arange(500_000, dtype=np.float64)
    sums = [pool.submit(np.sum, values * number) for number in range(4)]
    assert [one.result() for one in sums] == [values.sum() * number for number in range(4)]
    assert not [file for file in tmp_path.rglob("*") if file.is_file()], "a worker takes away what it has read"
    with pytest.raises(TypeError):
        pool.submit(operator.add, 1, "one").result()
    with pytest.raises(BrokenProcessPool):
        pool.submit(os._exit, 1).result()
    pool.wake(operator.add)
    assert pool.submit(operator.add, 1, 1).result() == 2, "what was killed is started anew"
    pool.close()
    assert not list(folder.iterdir())


def test_what_was_asked_lately_is_not_computed_again(tmp_path: Path) -> None:
    pool = FitPool(1, folder=tmp_path / "fits")
    first = pool.submit_once(os.urandom, 8).result()
    assert pool.submit_once(os.urandom, 8).result() == first
    assert pool.submit(os.urandom, 8).result() != first
    assert pool.submit_once(os.urandom, 9).result()[:8] != first
    with pytest.raises(TypeError):
        pool.submit_once(operator.add, 1, "one").result()
    assert pool.submit_once(operator.add, 1, 2).result() == 3
    pool.close()


@dataclass(frozen=True)
class Columns:
    name: str
    first: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    second: "np.ndarray[tuple[int], np.dtype[np.int16]]"


def test_fits_share_one_file_and_none_is_left(tmp_path: Path) -> None:
    pool = FitPool(2, folder=tmp_path / "fits")
    columns = Columns("columns", np.arange(100_000, dtype=np.float64), np.zeros(0, dtype=np.int16))
    with pytest.raises(ZeroDivisionError), pool.share(columns) as shared:
        file = Path(shared.name)
        assert file.stat().st_mode & 0o777 == 0o600
        # The files of other fits come and go beside it.
        loaded = [pool.submit(shared.load).result() for _ in range(3)]
        assert all(np.array_equal(one.first, columns.first) for one in loaded)
        assert all(one.name == "columns" and one.second.dtype == np.int16 for one in loaded)
        assert not shared.load().first.flags.writeable
        raise ZeroDivisionError
    assert not file.exists()
    pool.close()
