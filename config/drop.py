"""The providers that may hand mail for the drop address over, and the setting of django-anymail that keeps the secret of each."""

# Those of the first lines sign what they send; the others log in with "user:password" in the address they are given.
DROP_SECRETS = {
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mailersend": "MAILERSEND_INBOUND_SECRET",
    "mandrill": "MANDRILL_WEBHOOK_KEY",
    "postal": "POSTAL_WEBHOOK_KEY",
    "postmark": "WEBHOOK_SECRET",
    "sendgrid": "WEBHOOK_SECRET",
    "sparkpost": "WEBHOOK_SECRET",
}
