"""Handle: what a transaction holds of the database."""

from sqlalchemy import Connection

#: Whoever asks for a transaction is handed this, to hand it on to the store's own functions.
Handle = Connection
