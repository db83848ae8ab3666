"""Somebody says what became of a mail that nobody knows of whether it went."""

import pytest
from django.utils import timezone

from deals.models import OutgoingMail

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("said", [{}, {"was": ""}, {"was": "lost"}])
def test_it_never_goes_again_without_somebody_saying_so(client, company, write, said):
    mail = write()
    OutgoingMail.objects.update(state="unknown", claimed_at=timezone.now())
    client.force_login(company.owner)
    answer = client.post(f"/outbox/{mail.pk}/settle/", said, follow=True)
    assert "Nothing was changed" in str(list(answer.context["messages"])[-1])
    assert OutgoingMail.objects.get().state == "unknown"
