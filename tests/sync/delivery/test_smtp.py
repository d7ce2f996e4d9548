"""The dialogue with a mail server: protection, log-in, and bytes that arrive as they were."""

from dataclasses import replace

import pytest

from sync.delivery.answers import Answer, Stage
from sync.delivery.smtp import Ended, Server, Session
from tests.mail_server import PASSWORD, USERNAME, Fault, MailServer, Step, mail_server
from tests.sync.delivery.mails import SENDER

SENT = Ended(stage=Stage.BODY, answer=Answer(code=250))


def server_of(server: MailServer, **changes: object) -> Server:
    return replace(
        Server(
            host=server.host,
            port=server.port,
            security="starttls",
            name="allianz.example",
            username=USERNAME,
            password=PASSWORD,
            timeout=10.0,
            context=server.trusts,
        ),
        **changes,  # type: ignore[arg-type]  # fields of Server
    )


def sent(server: Server, message: bytes = b"Subject: s\r\n\r\nHallo\r\n") -> Ended:
    session = Session(server)
    try:
        return session.open() or session.send(SENDER, "anna@example.org", message, lambda: None)
    finally:
        session.close()


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_log_in_over_tls_with_a_password_with_umlauts(security: str, mechanism: str) -> None:
    with mail_server(security=security, auth_mechanisms=[mechanism]) as server:
        assert sent(server_of(server, security=security)) == SENT
        assert (server.protected, server.asked.count(Step.AUTH)) == ([True], 1)
        assert sent(server_of(server, security=security, password="falsch")) == Ended(  # noqa: S106
            stage=Stage.AUTH, answer=Answer(code=535, enhanced="5.7.8")
        )


def test_no_protection_only_as_configured() -> None:
    with mail_server(security="none", auth=False) as server:
        assert sent(server_of(server, security="none", username="")) == SENT
        assert server.protected == [False]
        refused = Answer(is_refused_by_us=True)
        assert sent(server_of(server, username="")) == Ended(stage=Stage.TLS, answer=refused)
        assert sent(server_of(server, security="none")) == Ended(stage=Stage.AUTH, answer=refused)
        assert len(server.received) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_certificates_are_verified_by_this_machine_s_trust_unless_another_is_given(security: str) -> None:
    with mail_server(security=security) as server:
        refused = Ended(stage=Stage.TLS, answer=Answer(is_refused_by_us=True))
        assert sent(server_of(server, security=security, context=None)) == refused
        assert server.received == []


def test_server_that_speaks_no_tls_is_tried_again_later() -> None:
    with mail_server(security="none", auth=False) as server:
        assert sent(server_of(server, security="tls")) == Ended(stage=Stage.TLS, answer=Answer())


@pytest.mark.parametrize("host", ["a..b", "x" * 300])
def test_host_that_is_no_name_is_no_reply(server: MailServer, host: str) -> None:
    assert sent(server_of(server, host=host, port=1)) == Ended(stage=Stage.CONNECT, answer=Answer())


@pytest.mark.parametrize(
    "message",
    [
        b"Subject: dots\r\n\r\n.\r\n..\r\n. .\r\n.Punkt\r\n",
        b".Subject: a dot at the very beginning\r\n\r\n",
        b"Subject: long\r\n\r\n" + b"x" * 990 + b"\r\n" + b"Zeile\r\n" * 20_000,
    ],
)
def test_bytes_arrive_as_they_were(server: MailServer, message: bytes) -> None:
    assert sent(server_of(server), message) == SENT
    assert [received.message for received in server.received] == [message]


def test_mail_that_was_not_taken_leaves_nothing_to_the_next(server: MailServer) -> None:
    server.begin(Fault(step=Step.DATA, reply="451 4.3.0 later", to="anna@example.org"))
    session = Session(server_of(server))
    assert session.open() is None
    assert session.send(SENDER, "anna@example.org", b"a\r\n", lambda: None) == Ended(
        stage=Stage.DATA, answer=Answer(code=451, enhanced="4.3.0")
    )
    assert session.send(SENDER, "ben@example.org", b"b\r\n", lambda: None) == SENT
    session.close()
    assert [(received.recipients, received.message) for received in server.received] == [
        (("ben@example.org",), b"b\r\n")
    ]


def test_closed_session_sends_nothing(server: MailServer) -> None:
    session = Session(server_of(server))
    assert session.open() is None
    session.close()
    assert session.send(SENDER, "anna@example.org", b"a\r\n", lambda: None).answer == Answer()
    assert server.received == []


@pytest.mark.parametrize("reply", ["gibberish", "550" + "x" * 9000, "550-never\r\n ending", "\x00\x07"])
@pytest.mark.parametrize(("step", "stage"), [(Step.RCPT, Stage.RECIPIENT), (Step.BODY, Stage.BODY)])
def test_answer_that_is_none_is_never_taken_for_a_refusal(
    server: MailServer, reply: str, step: Step, stage: Stage
) -> None:
    server.begin(Fault(step=step, reply=reply))
    ended = sent(server_of(server, timeout=0.3))
    assert ended == Ended(stage=stage, answer=Answer())


def test_password_is_in_no_representation(server: MailServer) -> None:
    assert PASSWORD not in repr(server_of(server))
    assert PASSWORD not in repr(Session(server_of(server)))
