"""What is spelt otherwise, and sounds the same, has a key in common; what does not has none."""

import pytest

from gateway.minimization.texts.likeness import coarse, consonants, spellings, undoubled

#: As several languages spell them, as eyes and ears take them for each other.
ALIKE = (
    "christina kristina|jasmin dzhasmin|jasmin dschasmin|djamila jamila|schmidt shmidt|shchukin shukin|"
    "tchehov chehov|khan chan|czerny cherny|joseph josef|thomas tomas|beck bek|quentin kventin|"
    "alexander aleksander|tsvi svi|zoltan soltan|cecil sesil|carl karl|wagner vagner|petroff petrov|"
    "gkalis galis|anggel angel|johnson jonson|anna ana|mueller muller|meier mayer|meyer maier|julia yulia|"
    "ekaterina yekaterina|jekaterina yekaterina|chwostowa khvostova|zhuravlyova schurawljowa|"
    "mohammed mohamed|khalid khaled|qasim kassim|layla leila|sharma sarma|chatzidaki hatzidaki|"
    "chatzidaki xatzhdakh|mavromatis mauromaths|grace grake|bozena bozzena|zielinska yielinska|"
    "yara zara|henry henrz|dunmore dunrnore|andres anclres|wouter vvouter"
)


def keys(word: str) -> set[str]:
    return {coarse(word), *map(coarse, spellings(word))}


@pytest.mark.parametrize("pair", ALIKE.split("|"))
def test_what_sounds_or_looks_alike_has_a_key_in_common(pair: str) -> None:
    one, other = pair.split()
    assert keys(one) & keys(other)


def test_what_sounds_otherwise_has_no_key_in_common() -> None:
    names = "karim sofia minjun vogel tanaka petrov ana ina haddad nassar schmidt schulz".split()
    seen = [key for name in names for key in keys(name)]
    assert len(seen) == len(set(seen))


def test_a_key_without_vowels_keeps_a_first_one() -> None:
    assert consonants(coarse("andersen")) == consonants(coarse("ndrsn").join(("a", ""))) == "antrsn"
    assert consonants(coarse("lefevre")) == consonants(coarse("lfvr"))


def test_only_what_has_them_is_meant_by_another_keyboard() -> None:
    assert "zara" in spellings("yara")
    assert "henrz" in spellings("henry")
    assert spellings("anna") == set()


def test_what_is_drawn_out_is_undoubled() -> None:
    assert undoubled("annnaaa") == undoubled("anna") == "ana"
