"""What JSON-LD of ours is made of: prefixes of vocabularies, and names within one document."""

#: Of consent records that hold what the GDPR asks for as well.
PROFILE = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"

#: Inline: nobody has to fetch anything to read it.
CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "legal-eu": "https://w3id.org/dpv/legal/eu#",
    "loc": "https://w3id.org/dpv/loc#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}

Node = dict[str, object]

CONTROLLER, PROCESSOR = "_:controller", "_:processor"
MANDATED, PERSON = "_:mandated", "_:person"


def ref(name: str) -> Node:
    """Something by its name."""
    return {"@id": name}
