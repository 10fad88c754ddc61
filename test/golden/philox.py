"""philox.json: known answers of Philox4x32-10, written from Salmon, Moraes, Dror & Shaw 2011 (Parallel random numbers)."""
import numpy as np

SEED, RANDOM_VECTORS = 2011, 20
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)  # golden ratio, √3 − 1
WORD = 0xFFFFFFFF
# as published with Random123 (kat_vectors)
PUBLISHED = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def philox4x32(counter, key, rounds=10):
    """Four 32-bit words from four of counter and two of key."""
    c, k = list(counter), list(key)
    for r in range(rounds):
        if r:
            k = [(word + step) & WORD for word, step in zip(k, WEYL)]
        product0, product1 = MULTIPLIERS[0] * c[0], MULTIPLIERS[1] * c[2]
        c = [(product1 >> 32) ^ c[1] ^ k[0], product1 & WORD, (product0 >> 32) ^ c[3] ^ k[1], product0 & WORD]
    return c


def words(text):
    return [int(word, 16) for word in text.split()]


def table():
    vectors = []
    for counter, key, output in PUBLISHED:
        assert philox4x32(words(counter), words(key)) == words(output), "not the published answer"
        vectors.append({"counter": words(counter), "key": words(key), "output": words(output), "published": True})
    rng = np.random.default_rng(SEED)
    for _ in range(RANDOM_VECTORS):
        drawn = [int(v) for v in rng.integers(0, 2**32, size=6)]
        vectors.append({"counter": drawn[:4], "key": drawn[4:], "output": philox4x32(drawn[:4], drawn[4:]), "published": False})
    # a counter that counts: one key, first word 0 … 4
    for i in range(5):
        vectors.append({"counter": [i, 0, 0, 0], "key": [42, 0], "output": philox4x32([i, 0, 0, 0], [42, 0]), "published": False})
    return {"rounds": 10, "vectors": vectors}
