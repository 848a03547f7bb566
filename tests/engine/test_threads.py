"""The number of threads follows what the machine has to give."""

from workbench.engine.threads import ThreadCount

IDLE = {2: 0.010, 1: 0.018}
CROWDED = {2: 0.400, 1: 0.040}


def write(threads, times, batches, rows=1):
    """Seconds that so many batches take on a machine with these times for each number of threads."""
    total = 0.0
    for _ in range(batches):
        seconds = times[threads.now] * (1 + 0.4 * (rows - 1))
        threads.note(rows, seconds)
        total += seconds
    return total


def test_free_cores_are_all_used_and_trials_cost_next_to_nothing():
    threads = ThreadCount(2)
    write(threads, IDLE, 50)
    assert threads.now == 2
    assert write(threads, IDLE, 2000) < 2000 * IDLE[2] * 1.01


def test_one_thread_writes_when_the_cores_are_taken():
    threads = ThreadCount(2)
    write(threads, IDLE, 500)
    write(threads, CROWDED, 12)
    assert threads.now == 1
    assert write(threads, CROWDED, 500) < 500 * CROWDED[1] * 1.2


def test_busy_from_the_start():
    threads = ThreadCount(2)
    write(threads, CROWDED, 20)
    assert threads.now == 1


def test_all_threads_come_back_when_the_cores_are_free_again():
    threads = ThreadCount(2)
    write(threads, CROWDED, 1000)
    assert threads.now == 1
    write(threads, IDLE, 520)
    assert threads.now == 2


def test_a_growing_context_and_batches_of_several_are_no_alarm():
    threads = ThreadCount(2)
    write(threads, IDLE, 100)
    trials = 0
    for step in range(200):
        slower = {number: seconds * (1 + step / 150) for number, seconds in IDLE.items()}
        write(threads, slower, 1, rows=1 + step % 8)
        trials += threads.now != 2
    assert trials <= 4


def test_a_single_core_has_no_choice():
    threads = ThreadCount(1)
    write(threads, {1: 0.02}, 1000)
    assert threads.now == 1
