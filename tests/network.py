"""A browser's network, gone and back: the page learns of it a moment after the browser has been told."""

from __future__ import annotations

from playwright.sync_api import Page


def cut_off(page: Page) -> None:
    """Until the page itself knows that it is without network."""
    page.context.set_offline(True)
    page.wait_for_function("() => !navigator.onLine")


def connect_again(page: Page) -> None:
    """Until the page itself knows that the network is back."""
    page.context.set_offline(False)
    page.wait_for_function("() => navigator.onLine")
