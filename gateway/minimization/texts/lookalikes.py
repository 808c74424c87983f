"""Letters of other scripts that look like Latin ones, as forgers and tired people mix them."""

from typing import Final

from gateway.minimization.texts.lists import lines

#: Which Latin letter each looks like.
LOOKALIKES: Final = {other: line[0] for line in lines("lookalikes") for other in line[2:]}
