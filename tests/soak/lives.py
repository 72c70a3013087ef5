"""Many lives of tests/coach/test_any_life.py, and long ones.

`python -m tests.soak.lives --lives 400` prints a line for a table; a life that goes wrong is told
step by step, as short as it can be made.
"""

import argparse
import logging
import time

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.coach.test_any_life import AnyLife


def main() -> None:
    parser = argparse.ArgumentParser(description="Let people and machines do anything at all.")
    parser.add_argument("--lives", type=int, default=400)
    parser.add_argument("--steps", type=int, default=60)
    told = parser.parse_args()
    logging.disable()  # everything that fails on purpose would be told
    began = time.monotonic()
    run_state_machine_as_test(
        AnyLife,
        settings=settings(
            max_examples=told.lives,
            stateful_step_count=told.steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print("| lives | steps at most | different from a life without faults | seconds |")
    print(
        f"|---|---|---|---|\n| {told.lives} | {told.steps} | 0 | {time.monotonic() - began:.0f} |"
    )


if __name__ == "__main__":
    main()
