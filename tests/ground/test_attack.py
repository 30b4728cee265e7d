"""The short version of ``make attack``."""

from __future__ import annotations

from attack import attack


def test_a_few_kills_a_full_disk_and_a_crowd(tmp_path):
    attack(tmp_path, kills=4, seed=1, limits=(20_000,), many=2)
