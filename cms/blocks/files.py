"""Films, sound and documents that are uploaded here; nothing is fetched from another site."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from ..media import AUDIO, CAPTIONS, VIDEO, suffix
from .text import TextBlock


class _FileBlock(DocumentChooserBlock):
    """A document of certain kinds. `suffixes`: as in "mp4"."""

    def __init__(self, suffixes: tuple[str, ...], **kwargs: Any) -> None:
        self.suffixes = suffixes
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned and suffix(cleaned.filename) not in self.suffixes:
            raise ValidationError(_("Choose a file that ends in %(kinds)s.") % {"kinds": ", ".join(self.suffixes)})
        return cleaned

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "wagtail.documents.blocks.DocumentChooserBlock", [], {}


class VideoBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    video = _FileBlock(tuple(VIDEO), label=_("Film"), help_text=_("An MP4 or WebM file from the documents."))
    captions = _FileBlock(
        tuple(CAPTIONS),
        label=_("Captions"),
        required=False,
        help_text=_("A WebVTT file (.vtt). A film with speech is not published without it."),
    )
    silent = blocks.BooleanBlock(label=_("Nothing is said in the film"), required=False)
    poster = ImageChooserBlock(label=_("Still picture"), required=False)
    transcript = TextBlock(label=_("Transcript"), help_text=_("What is said and what is seen, for those who read it."))

    class Meta:
        icon = "media"
        label = _("Film")
        template = "cms/blocks/video.html"

    def clean(self, value: blocks.StructValue) -> blocks.StructValue:
        cleaned = super().clean(value)
        if not cleaned["captions"] and not cleaned["silent"]:
            said = ValidationError(_("Add captions, or say that nothing is said in the film."))
            raise blocks.StructBlockValidationError(block_errors={"captions": said})
        return cleaned


class AudioBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    audio = _FileBlock(tuple(AUDIO), label=_("Sound"), help_text=_("An MP3, M4A or Ogg file from the documents."))
    transcript = TextBlock(label=_("Transcript"))

    class Meta:
        icon = "media"
        label = _("Sound")
        template = "cms/blocks/audio.html"


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    about = blocks.CharBlock(label=_("What it is"), required=False)

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "cms/blocks/document.html"
