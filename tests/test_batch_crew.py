import json
import os
import signal
import sys
import time
from collections import Counter

import pytest
from made_runs import antq, crew, ended, job, plan_of

from antq_analysis.briefings import cluster as clusters
from antq_analysis.briefings import crew as crews
from antq_analysis.briefings.crew import Crew
from antq_analysis.briefings.folder import folder_at
from antq_analysis.briefings.job import Job
from antq_analysis.briefings.manifest import differences, read_manifest
from antq_analysis.briefings.render import render
from antq_analysis.briefings.worker import LOST
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


# What Python is where nothing can be forked, on Windows say, in this process and in all that it starts.
FORKLESS = """\
import os, signal, sys
del os.fork, signal.SIGCHLD
sys.modules["resource"] = sys.modules["termios"] = None
"""


def test_where_nothing_can_be_forked_fresh_processes_make_the_pages(tmp_path):
    plan = plan_of(tmp_path, a=["# Mot?"], b=["# Hai?"], c=["1 / 0"])
    (tmp_path / "sitecustomize.py").write_text(FORKLESS)
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    run = antq("render", plan, "--out", tmp_path / "out", "--jobs", 2, env={"PYTHONPATH": path})
    code, said, error = ended(run)
    assert code == 1
    # A kernel of papermill's own engine may say something of its own end.
    assert "antq_analysis" not in error
    assert said.count("this system cannot fork a running process safely") == 1
    (day,) = (tmp_path / "out").iterdir()
    pages = read_manifest(folder_at(day)).pages
    assert {slug: page.engine for slug, page in pages.items()} == {
        "a": "papermill",
        "b": "papermill",
        "c": "",
    }
    assert pages["c"].failure.message == "cell [1]: ZeroDivisionError: division by zero"
    assert (pages["a"].used, pages["b"].used) == (None, None)


def test_what_papermill_says_of_another_kernel_is_said_once(tmp_path):
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "env": {"A": "1"},
    }
    spec |= {"display_name": "Other", "language": "python"}
    (tmp_path / "kernels" / "other").mkdir(parents=True)
    (tmp_path / "kernels" / "other" / "kernel.json").write_text(json.dumps(spec))
    plan = plan_of(tmp_path, a=["# Mot?"], b=["# Hai?"])
    for path in tmp_path.glob("*.ipynb"):
        path.write_text(path.read_text().replace('"python3"', '"other"'))
    run = antq("render", plan, "--out", tmp_path / "out", env={"JUPYTER_PATH": str(tmp_path)})
    code, said, error = ended(run)
    assert code == 0
    assert "takes longer" not in error
    assert said.count("the notebook asks for the kernel 'other'") == 1


def test_a_worker_that_is_lost_costs_its_job_and_no_other_where_nothing_can_be_forked(monkeypatch):
    monkeypatch.setattr(crews, "can_fork", lambda: False)
    with Crew(1) as own:
        running = own.run(pages(4))
        assert next(running)[1].failure is None
        own._server._all[0].process.kill()
        assert sorted(str(made.failure) for _, made in running) == ["None", "None", LOST]


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

    def test_a_worker_that_is_killed_loses_nothing_and_nothing_is_kept_twice(self, cluster, tmp_path):
        count = f"open({str(tmp_path / 'executed')!r}, 'a').write(CELL + '\\n')"
        notebooks = {f"p{n}": [f"# Trang {n}?", count.replace("CELL", repr(f"p{n}")), SLOW] for n in range(8)}
        plan = plan_of(tmp_path, **notebooks)
        killed = []

        def follow(outcomes, _):
            for outcome in outcomes:
                if not killed:
                    worker = next(iter(cluster.workers.values()))
                    killed.append(worker.pid)
                    os.kill(killed[0], signal.SIGKILL)
                yield outcome

        made = render(plan, out=tmp_path / "out", scheduler=cluster.scheduler_address, follow=follow)
        assert killed
        assert made.failed == []
        # What was lost with the worker was begun again; of everything there is one page.
        executed = Counter((tmp_path / "executed").read_text().split())
        assert executed.keys() == notebooks.keys()
        assert 8 <= executed.total() <= 8 + crews._AHEAD
        assert sorted(outcome.slug for outcome in made.outcomes) == sorted(notebooks)
        (day,) = (tmp_path / "out").iterdir()
        manifest = read_manifest(folder_at(day))
        assert list(differences(folder_at(day), manifest)) == []
        assert {page.engine for page in manifest.pages.values()} == {"antq"}

    def test_each_worker_keeps_one_warm_process(self, cluster):
        from distributed import Client

        with Client(cluster.scheduler_address, set_as_default=False) as client:
            client.wait_for_workers(2)
            with Crew(1, cluster.scheduler_address) as own:
                assert {made.failure for _, made in own.run(pages(8))} == {None}
            before = client.run(_server)
            with Crew(1, cluster.scheduler_address) as own:
                assert {made.failure for _, made in own.run(pages(8))} == {None}
            after = client.run(_server)
        assert len(before) == 2
        assert all(before.values())
        assert after == before

    def test_a_worker_with_other_code_or_data_is_refused(self, cluster, monkeypatch):
        monkeypatch.setattr(clusters, "_state", lambda: ("other code", "other data"))
        with Crew(1, cluster.scheduler_address) as own:
            ((_, made),) = own.run([job("a", "# Mot?")])
        assert made.failure == clusters._OTHERS


def _server():
    from antq_analysis.briefings.cluster import _server_there

    return _server_there.pid
