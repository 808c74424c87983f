"""Slips of the pen: one letter wrong, missing, doubled, or two swapped."""

#: How many letters at each end tell a name from most words.
END_LENGTH_MAX = 4


def shortened(word: str) -> list[str]:
    """The word with each of its letters left out: what two words one slip apart have in common."""
    return [word[:index] + word[index + 1 :] for index in range(len(word))]


def ends(name: str) -> tuple[str, str]:
    """The first and last letters of a name, of which one slip leaves one as it is."""
    size = min((len(name) - 1) // 2, END_LENGTH_MAX)
    return name[:size], "-" + name[-size:]


def all_ends(word: str) -> tuple[str, ...]:
    """What a word has in common with names that it is a slip away from, begins with or ends in."""
    return word[:2], word[:3], word[:4], "-" + word[-2:], "-" + word[-3:], "-" + word[-4:]


def one_slip(one: str, other: str) -> bool:
    """Whether at most one letter differs, is missing or is added, or two neighbours are swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        start += 1
    one, other = one[start:], other[start:]
    if len(one) != len(other):
        short, long = sorted((one, other), key=len)
        return long[1:] == short
    swapped = one[:2][::-1] == other[:2] and one[2:] == other[2:]
    return one[1:] == other[1:] or swapped
