"""A browser in the admin: how an editor adds blocks and fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass
class Editor:
    """Somebody at the form of a page with a stream of blocks, `stream` by name."""

    page: Page
    stream: str = "body"

    def fill(self, **values: str) -> None:
        """Fields of the page by name; a rich text is typed."""
        for name, value in values.items():
            self.put(name, value)

    def put(self, name: str, value: str | bool) -> None:
        field = self.page.locator(f"[name='{name}']").last
        if isinstance(value, bool):
            field.set_checked(value)
        elif field.get_attribute("type") == "hidden":
            self._typed(field, value)
        elif field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)

    def _typed(self, field: Locator, value: str) -> None:
        """Into the rich text editor whose hidden field this is."""
        field.locator("xpath=..").locator("[contenteditable=true]").first.click()
        self.page.keyboard.insert_text(value)

    def add(self, label: str, **values: str | bool) -> str:
        """A block from the menu below the last one; returns where its fields' names begin. `_` is the block itself."""
        number = int(self.page.locator(f"[name='{self.stream}-count']").input_value())
        menus = self.page.locator(f"[data-contentpath='{self.stream}'] .c-sf-add-button:visible")
        menus.last.click()
        self.page.locator("[role=option]").get_by_text(label, exact=True).first.click()
        here = f"{self.stream}-{number}-value"
        expect(self.page.locator(f"[name='{self.stream}-{number}-type']")).to_be_attached()
        for name, value in values.items():
            self.put(here if name == "_" else f"{here}-{name.replace('__', '-')}", value)
        return here

    def items(self, of: str, *values: Mapping[str, str | bool] | str) -> None:
        """The lines of a list in a block, each its own value or with fields; lines are added where some lack."""
        for number, value in enumerate(values):
            here = f"{of}-{number}-value"
            if not self.page.locator(f"[name='{of}-{number}-type'], [name='{of}-{number}-id']").count():
                self.page.locator(f"[name='{of}-count']").locator("xpath=..").locator(
                    ".c-sf-add-button:visible"
                ).last.click()
            if isinstance(value, str):
                self.put(here, value)
            else:
                for name, told in value.items():
                    self.put(f"{here}-{name}", told)

    def choose(self, name: str, title: str) -> None:
        """From what is there: a picture, a document, a word, a bank."""
        self.page.locator(f"#{name}-chooser button:visible").first.click()
        window = self.page.locator(".modal-dialog")
        window.get_by_text(title, exact=True).first.click()
        expect(window).not_to_be_visible()

    def send_in(self) -> None:
        self._from_menu("Send inn til godkjenning")
        self.said()

    def approve(self) -> None:
        self._from_menu("Godkjenn og publiser")
        self.page.wait_for_load_state()

    def _from_menu(self, name: str) -> None:
        """What stands beside the button at the page's foot."""
        self.page.locator("footer [data-controller~='w-dropdown'] > button").last.click()
        self.page.get_by_role("button", name=name).last.click()

    def said(self) -> str:
        """What the admin says after it; a fault in the form fails here."""
        message = self.page.locator(".messages li").first
        expect(message).to_be_visible()
        words = message.inner_text()
        assert "success" in (message.get_attribute("class") or ""), [words, self.faults()]
        return words

    def faults(self) -> list[str]:
        return self.page.locator(".error-message, .w-field__errors").all_inner_texts()
