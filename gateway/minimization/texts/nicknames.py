"""What people are called who are christened otherwise: each line of the list is a name, formal and familiar.

Folded to ASCII. A form may stand in several lines.
"""

from typing import Final

from gateway.minimization.texts.lists import beside, lines, listed

NICKNAMES: Final = beside(lines("nicknames"))
#: Names that are given, whoever bears them.
GIVEN: Final = NICKNAMES.keys() | listed("given")
