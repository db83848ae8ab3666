"""The health checks of containers."""

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from config import alive


class Answer(BaseHTTPRequestHandler):
    asked_for = None

    def do_GET(self):
        Answer.asked_for = self.headers["Host"]
        self.send_response(503)
        self.end_headers()

    def log_message(self, *words):
        pass


def test_web_is_alive_when_it_answers_even_that_something_else_is_not(monkeypatch):
    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.handle_request).start()
    monkeypatch.setenv("PORT", str(server.server_port))
    monkeypatch.setenv("SITE_URL", "https://salvor.example.com")
    assert alive.main(["web"]) == 0
    assert Answer.asked_for == "salvor.example.com"
    server.server_close()
    assert alive.main(["web"]) == 1


@pytest.mark.parametrize(("age", "code"), [(10, 0), (300, 1)])
def test_beat_is_alive_while_it_writes_its_schedule(settings, tmp_path, age, code):
    settings.CELERY_BEAT_SCHEDULE_FILENAME = str(tmp_path / "schedule")
    assert alive.main(["beat"]) == 1
    (tmp_path / "schedule.dat").touch()
    os.utime(tmp_path / "schedule.dat", (time.time() - age,) * 2)
    assert alive.main(["beat"]) == code


def test_a_worker_that_does_not_answer_is_not_alive():
    assert alive.main(["worker"]) == 1


def test_an_unknown_process_is_refused(capsys):
    assert alive.main(["mailer"]) == 2
    assert "web, worker, beat" in capsys.readouterr().err
