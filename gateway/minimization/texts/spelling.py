"""Slips of the pen: one letter wrong, missing, doubled, or two swapped."""


def shortened(word: str, start: int = 0) -> list[str]:
    """The word with each of its letters left out: what two words one slip apart have in common."""
    return [word[:index] + word[index + 1 :] for index in range(start, len(word))]


def shared(one: str, other: str) -> int:
    """How many letters two words begin with alike."""
    size = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        size += 1
    return size


def one_slip(one: str, other: str) -> bool:
    """Whether at most one letter differs, is missing or is added, or two neighbours are swapped."""
    start = shared(one, other)
    one, other = one[start:], other[start:]
    if len(one) != len(other):
        short, long = sorted((one, other), key=len)
        return long[1:] == short
    swapped = one[:2][::-1] == other[:2] and one[2:] == other[2:]
    return one[1:] == other[1:] or swapped
