"""The watchers themselves: what they are there to find, they find."""

import pytest


def test_a_picture_without_words_is_found(open_page, axe):
    page = open_page()
    page.goto("/account/login/")
    page.evaluate("document.querySelector('h1').after(Object.assign(new Image(), { src: 'data:,' }))")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_a_page_wider_than_the_window_is_found(open_page, axe):
    page = open_page(size="phone")
    page.goto("/account/login/")
    page.evaluate("document.querySelector('h1').style.width = '600px'")
    with pytest.raises(AssertionError, match="wider than the window"):
        axe(page)


def test_a_breach_of_the_content_policy_is_heard(open_page, watcher):
    page = open_page()
    page.goto("/account/login/")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.broken = true' }))")
    watcher.expect("Content Security Policy")
    assert page.evaluate("window.broken") is None
