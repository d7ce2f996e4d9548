"""A mail server on this machine that keeps what it gets and fails as told: the suite's other side of SMTP."""

from tests.mail_server.faults import Fault, Step
from tests.mail_server.server import PASSWORD, USERNAME, Certificate, MailServer, Received, mail_server

__all__ = ["PASSWORD", "USERNAME", "Certificate", "Fault", "MailServer", "Received", "Step", "mail_server"]
