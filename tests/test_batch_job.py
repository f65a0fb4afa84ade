import pickle

from antq_analysis.briefings.job import Job, Made


def test_what_goes_to_a_worker_and_back_survives_the_way():
    for sent in (
        Job("a", "a.ipynb", "{}", parameters={"code": "01"}),
        Made(files={"a.html": b"1"}, failure="x"),
    ):
        assert pickle.loads(pickle.dumps(sent)) == sent
