"""A file in, a Document out."""

from guatu.documents.document import Block, Cell, Document, Place, Table
from guatu.documents.errors import GuatuError, UnreadableDocument
from guatu.documents.opening import open_document, read_document

__all__ = [
    "Block",
    "Cell",
    "Document",
    "GuatuError",
    "Place",
    "Table",
    "UnreadableDocument",
    "open_document",
    "read_document",
]
