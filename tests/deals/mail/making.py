"""Mail as the tests need it: written out, so that nothing between the test and the reader tidies it."""

from datetime import UTC, datetime

from deals.intake.mail.reading import read

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
USUAL = {
    "From": "Ann Field <ann@customer.example>",
    "To": "Bob <bob@brightwater.example>",
    "Subject": "The offer",
    "Date": "Thu, 19 Nov 2026 10:00:00 +0100",
    "Message-ID": "<one@customer.example>",
}


def raw(text="Hello", /, **headers):
    """Bytes of a message: the usual headers, changed by keyword (`Return_Path="<>"`, None leaves one out), and a body."""
    given = {**USUAL, **{name.replace("_", "-"): value for name, value in headers.items()}}
    if not text.isascii():
        given.setdefault("Content-Type", "text/plain; charset=utf-8")
    lines = [f"{name}: {value}" for name, value in given.items() if value is not None]
    return ("\n".join(lines) + "\n\n" + text + "\n").encode()


def mail(text="Hello", /, **headers):
    return read(raw(text, **headers), received_at=NOW)


def parts(*bodies, boundary="b1", kind="mixed", extra="", **headers):
    """A multipart: each body begins with its own headers."""
    inner = "".join(f"--{boundary}\n{body}\n" for body in bodies) + f"--{boundary}--\n"
    return raw(inner, Content_Type=f'multipart/{kind}; boundary="{boundary}"{extra}', **headers)


def report(status, text="Sorry.", **headers):
    """A delivery report (RFC 3464)."""
    return parts(
        f"Content-Type: text/plain\n\n{text}",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.customer.example\n\n{status}",
        "Content-Type: message/rfc822\n\nFrom: bob@brightwater.example\nTo: ann@customer.example\nSubject: The offer\n\nDear Ann",
        kind="report",
        extra="; report-type=delivery-status",
        **{"From": "MAILER-DAEMON@mx.customer.example", "Return_Path": "<>", "Subject": "Undelivered", **headers},
    )
