"""The example of RFC 8291, appendix A."""

from cryptography.hazmat.primitives.asymmetric import ec

from chat.notices.sealing import CURVE, LONGEST, decoded, encoded, seal

ONCE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)


def test_it_is_sealed_as_in_the_example():
    once = ec.derive_private_key(int.from_bytes(decoded(ONCE), "big"), CURVE)
    secret, salt = decoded("BTBZMqHH6r4Tts7J_aSIgg"), decoded("DGv6ra1nlYgDCS1FRnbzlw")
    text = b"When I grow up, I want to be a watermelon"
    assert encoded(seal(text, decoded(KEY), secret, once=once, salt=salt)) == SEALED


def test_the_longest_fills_what_a_service_takes():
    assert len(seal(b"a" * LONGEST, decoded(KEY), bytes(16))) == 4096
