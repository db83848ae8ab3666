"""Routes of accounts and contacts. Their pages show deals, so they stand here and not in the accounts app."""

from __future__ import annotations

from django.urls import path

from deals.views import contacts, customer_new, customers, merging

urlpatterns = [
    path("accounts/", customers.customers, name="customers"),
    path("accounts/new/", customer_new.account, name="customer-new"),
    path("accounts/likely/", customer_new.likely_ones, {"kind": "account"}, name="customer-likely"),
    path("accounts/<int:pk>/", customers.customer, name="customer"),
    path("accounts/<int:pk>/edit/", customers.edit, name="customer-edit"),
    path("accounts/<int:pk>/domains/", customers.domains, name="customer-domains"),
    path("accounts/<int:pk>/twins/", customers.twins, name="customer-twins"),
    path("accounts/<int:pk>/changes/", customers.changes, name="customer-changes"),
    path("accounts/<int:pk>/merge/", merging.accounts, name="customer-merge"),
    path("contacts/new/", customer_new.contact, name="contact-new"),
    path("contacts/likely/", customer_new.likely_ones, {"kind": "contact"}, name="contact-likely"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/edit/", contacts.edit, name="contact-edit"),
    path("contacts/<int:pk>/addresses/", contacts.addresses, name="contact-addresses"),
    path("contacts/<int:pk>/left/", contacts.left, name="contact-left"),
    path("contacts/<int:pk>/twins/", contacts.twins, name="contact-twins"),
    path("contacts/<int:pk>/merge/", merging.contacts, name="contact-merge"),
    path("deals/<int:pk>/people/", customer_new.deal_person, name="deal-person"),
]
