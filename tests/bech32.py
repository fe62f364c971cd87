"""Bech32 as BIP 173 writes it, independent of the reader under test."""

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def encode(prefix: str, raw: bytes) -> str:
    """A key of 32 bytes under the prefix of its kind (`age`, `age-secret-key-`), in small letters."""
    bits = "".join(f"{byte:08b}" for byte in raw) + "0000"
    data = [int(bits[start : start + 5], 2) for start in range(0, len(bits), 5)]
    expanded = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    check = 1
    for value in [*expanded, *data, 0, 0, 0, 0, 0, 0]:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for number, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> number & 1 else 0
    check ^= 1
    data += [check >> 5 * (5 - number) & 31 for number in range(6)]
    return f"{prefix}1" + "".join(_ALPHABET[value] for value in data)
