"""Which names of an allowed_signers file are those of one person."""

import pytest

from paypal_payouts.domain.signers import names_of_person

LINES = """
# who may approve
maria,maria@x.example namespaces="payouts" ssh-ed25519 AAAAmaria maria's key
tom ssh-ed25519 AAAAtom
tom@x.example namespaces="git",valid-before="20200101" ssh-rsa AAAAtom
"tom,tommy" ssh-ed25519 AAAAother
*@x.example,eve ssh-ed25519 AAAAeve
*@x.example,bob ssh-ed25519 AAAAbob
ada cert-authority,namespaces="payouts" ssh-ed25519 AAAAboss
lea cert-authority ssh-ed25519 AAAAboss
kim ssh-ed25519 AAAAkim
kimberly\tssh-ed25519\tAAAAkim
broken
""".splitlines()


@pytest.mark.parametrize(
    ("names", "key", "all_of_them"),
    [
        ({"maria"}, None, {"maria", "maria@x.example"}),
        (set(), "AAAAmaria", {"maria", "maria@x.example"}),
        ({"tommy"}, None, {"tom", "tom@x.example", "tommy"}),
        (set(), "AAAAother", {"tom", "tom@x.example", "tommy"}),
        ({"eve"}, None, {"eve"}),
        ({"ada"}, "AAAAboss", {"ada"}),
        ({"kim"}, "AAAAkim", {"kim", "kimberly"}),
        ({"nobody"}, "AAAAnone", {"nobody"}),
    ],
)
def test_what_two_lines_share_is_one_person_s(names: set[str], key: str | None, all_of_them: set[str]) -> None:
    assert names_of_person(LINES, names=names, key=key) == all_of_them
