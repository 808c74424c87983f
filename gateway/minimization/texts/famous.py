"""The famous, after whom rooms are named: whoever is called a little like them is not meant."""

from typing import Final

#: Folded family names.
FAMOUS: Final = frozenset(
    """
    aalto adenauer aristotle austen babbage bach beethoven bell berners bohr bolivar botticelli braille
    brandt byron carson cervantes cezanne chopin churchill columbus copernicus curie dali dante darwin
    descartes dickens diesel disney dumas edison eiffel einstein erasmus escher euler faraday fermi
    feynman fibonacci fleming frank franklin freud galilei galileo gandhi gaudi gauss goethe goya grieg
    gutenberg haydn heisenberg hemingway hepburn hopper hugo humboldt ibsen jobs johnson joyce kafka kahlo
    kant kepler keynes king klee klimt lamarr lamarck laplace lavoisier leibniz lincoln linne liszt
    lovelace luther magritte mahler mandela mann marconi marx maxwell meitner mendel mendeleev
    michelangelo monet mozart munch neumann newton nietzsche nightingale nobel noether parks pascal
    pasteur picasso planck plato poe proust puccini pythagoras raffael ravel rembrandt renoir ride rodin
    roosevelt rousseau rubens schiller schubert schumann schweitzer shakespeare shelley sibelius socrates
    spinoza strauss tesla thatcher tolkien tolstoy turing twain verdi vermeer verne vespucci vinci vivaldi
    volta voltaire wagner warhol washington watt wilde wittgenstein woolf wright zuse
    """.split()
)
