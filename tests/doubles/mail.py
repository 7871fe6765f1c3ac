"""Stand-ins around mails: a provider that does as told, and a queue that remembers."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.doubles.queues import ListQueue
from webapp.config import Settings
from webapp.enums import MailProviderName
from webapp.providers.base import MailProvider, MailReceipt, OutgoingMail
from webapp.services.email import EmailService


@dataclass
class ScriptedMail:
    """Takes every mail, after raising the planned errors in turn."""

    errors: list[Exception] = field(default_factory=list)
    taken: list[OutgoingMail] = field(default_factory=list)
    tried: list[OutgoingMail] = field(default_factory=list)
    before: Callable[[], None] = lambda: None
    name: MailProviderName = MailProviderName.SMTP
    lock: threading.Lock = field(default_factory=threading.Lock)

    def is_configured(self) -> bool:
        return True

    def send(self, mail: OutgoingMail) -> MailReceipt:
        self.before()
        with self.lock:
            self.tried.append(mail)
            if self.errors:
                raise self.errors.pop(0)
            self.taken.append(mail)
        return MailReceipt(self.name, f"queue-{len(self.taken)}")


@dataclass
class Postroom:
    """An e-mail service with its stand-ins at hand."""

    settings: Settings
    provider: MailProvider = field(default_factory=ScriptedMail)
    queue: ListQueue = field(default_factory=ListQueue)

    @property
    def service(self) -> EmailService:
        return EmailService(provider=self.provider, queue=self.queue, settings=self.settings)
