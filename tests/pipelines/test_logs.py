"""What is logged reaches a reader, whatever happens to the file of the log."""

import sys

from pipelines import logs


def test_a_log_file_that_cannot_be_written_hides_nothing(tmp_path, capsys):
    (tmp_path / "var").write_text("no folder")
    logs.configure(stream=sys.stderr, folder=tmp_path / "var", run_id="r1")
    logs.logger().error("step failed", step="acts.reviews")
    told = capsys.readouterr().err
    assert "log.jsonl: not written: " in told
    assert '"step": "acts.reviews"' in told
