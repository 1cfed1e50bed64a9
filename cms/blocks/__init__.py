"""The blocks that any page may use; they know no learning."""

from .body import BodyBlock
from .files import AudioBlock, DocumentBlock, VideoBlock
from .text import RICH_TEXT, FactBlock, FigureBlock, HeadingBlock, QuoteBlock, TextBlock
from .words import DefinitionBlock

__all__ = [
    "RICH_TEXT",
    "AudioBlock",
    "BodyBlock",
    "DefinitionBlock",
    "DocumentBlock",
    "FactBlock",
    "FigureBlock",
    "HeadingBlock",
    "QuoteBlock",
    "TextBlock",
    "VideoBlock",
]
