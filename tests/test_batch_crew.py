import os
import signal
import sys
import time

import pytest
from made_runs import antq, crew, ended, job, plan_of

from antq_analysis.batch import crew as crews
from antq_analysis.batch.crew import Crew
from antq_analysis.batch.folder import folder_at
from antq_analysis.batch.freshness import Present
from antq_analysis.batch.job import Job
from antq_analysis.batch.manifest import Manifest, differences, read_manifest
from antq_analysis.batch.render import render
from antq_analysis.batch.run import Pages, run
from antq_analysis.errors import InvalidOption

SLOW = "import time\ntime.sleep(0.4)"


def pages(number: int) -> list[Job]:
    return [job(f"p{n}", f"# Trang {n}?", SLOW) for n in range(number)]


def test_all_that_was_asked_for_is_made_once():
    asked = pages(7)
    made = list(crew().run(asked))
    assert sorted(each.slug for each, _ in made) == [each.slug for each in asked]
    assert [answer.failure for _, answer in made] == [None] * 7
    assert {answer.record["engine"] for _, answer in made} == {"antq"}


def test_leaving_ends_what_is_being_made_and_starts_nothing_again():
    with Crew(2) as own:
        running = own.run([job("forever", "while True: pass"), *pages(3)])
        next(running)
        server = own._server
        began = server.pid
    assert server.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(began, 0)


def test_where_nothing_can_be_forked_fresh_processes_make_the_pages(tmp_path, monkeypatch):
    monkeypatch.setattr(crews, "can_fork", lambda: False)
    place = folder_at(tmp_path)
    with Crew(2) as own:
        made = list(
            run([job("a", "# Mot?"), job("b", "1 / 0")], Pages(place, Manifest(), ""), own, Present(place))
        )
    assert {each.slug: each.failure for each in made} == {
        "a": None,
        "b": "cell [1]: ZeroDivisionError: division by zero",
    }


def test_no_scheduler_is_told_soon(tmp_path):
    plan = plan_of(tmp_path, one=["# Mot?"])
    start = time.monotonic()
    code, _, said = ended(antq("render", plan, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9"))
    assert code == 2
    assert said.splitlines()[-1].startswith("No scheduler answers at tcp://127.0.0.1:9 (")
    assert said.endswith("Start one with `dask scheduler`, or leave --scheduler out to render here.\n")
    assert time.monotonic() - start < 60
    assert not (tmp_path / "out").exists()


def test_a_scheduler_needs_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InvalidOption, match=r"run `pip install antq-analysis\[cluster\]`"):
        Crew(1, "tcp://127.0.0.1:9")


@pytest.mark.filterwarnings("ignore")
class TestCluster:
    @pytest.fixture(scope="class")
    def cluster(self):
        from distributed import LocalCluster

        with LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster:
            yield cluster

    def test_a_worker_that_is_killed_loses_nothing_and_nothing_is_made_twice(self, cluster, tmp_path):
        plan = plan_of(tmp_path, **{f"p{n}": [f"# Trang {n}?", SLOW] for n in range(8)})
        killed = []

        def follow(outcomes, _):
            for outcome in outcomes:
                if not killed:
                    worker = next(iter(cluster.workers.values()))
                    killed.append(worker.pid)
                    os.kill(killed[0], signal.SIGKILL)
                yield outcome

        made = render(plan, out=tmp_path / "out", scheduler=cluster.scheduler_address, follow=follow)
        assert sorted(outcome.slug for outcome in made.outcomes) == [f"p{n}" for n in range(8)]
        assert made.failed == []
        assert killed
        (day,) = (tmp_path / "out").iterdir()
        manifest = read_manifest(folder_at(day))
        assert list(differences(folder_at(day), manifest)) == []
        assert {page.engine for page in manifest.pages.values()} == {"antq"}

    def test_each_worker_keeps_one_warm_process(self, cluster):
        from distributed import Client

        with Crew(1, cluster.scheduler_address) as own:
            assert {made.failure for _, made in own.run(pages(4))} == {None}
        with Client(cluster.scheduler_address, set_as_default=False) as client:
            before = client.run(_server)
            with Crew(1, cluster.scheduler_address) as own:
                assert {made.failure for _, made in own.run(pages(4))} == {None}
            after = client.run(_server)
        assert {pid for worker, pid in before.items() if pid} <= set(after.values())

    def test_a_worker_with_other_code_or_data_is_refused(self, cluster, monkeypatch):
        monkeypatch.setattr(crews, "_state", lambda: ("other code", "other data"))
        with Crew(1, cluster.scheduler_address) as own:
            ((_, made),) = own.run([job("a", "# Mot?")])
        assert made.failure == crews._OTHERS


def _server():
    from antq_analysis.batch.crew import _server_there

    return _server_there.pid
