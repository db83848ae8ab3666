"""Choices written in Python are those that Django's widgets would write."""

import re

import pytest
from django import forms
from pytest_django.asserts import assertHTMLEqual

from deals.templatetags.choices import picked, radios


class Asking(forms.Form):
    kind = forms.ChoiceField(label="What <b>", choices=[("call", "A call & more"), ("email", "Mail")], widget=forms.RadioSelect, initial="call")
    contact = forms.ChoiceField(choices=[("", "Nobody"), (7, "O'Neil <Sons>")], required=False, widget=forms.Select(attrs={"class": "form-select"}))


SENT = [None, {}, {"kind": "email", "contact": "7"}, {"kind": "none <such>", "contact": "8"}]


@pytest.mark.parametrize("sent", SENT)
def test_radio_buttons_are_those_of_the_widget(sent):
    form = Asking(sent, initial={"contact": 7})
    html = radios(form["kind"], "of-kind", icons=True)
    assertHTMLEqual("".join(re.findall(r"<input[^>]*>", html)), "".join(str(one.tag()) for one in form["kind"]))
    assert "<legend>What &lt;b&gt;</legend>" in html
    assert "A call &amp; more</label>" in html
    assert html.count("<svg") == 2


@pytest.mark.parametrize("sent", SENT)
def test_a_list_is_that_of_the_widget(sent):
    form = Asking(sent, initial={"contact": 7})
    assertHTMLEqual(picked(form["contact"]), str(form["contact"]))
