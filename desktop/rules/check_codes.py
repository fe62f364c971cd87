"""Codes by which two people compare a package: twelve digits for the telephone, sixteen for the paper."""


def check_code(manifest_hash: str) -> str:
    """Twelve digits in three groups of four, to compare a package by telephone: the hash modulo 10^12."""
    digits = f"{int(manifest_hash, 16) % 10**12:012d}"
    return " ".join(digits[start : start + 4] for start in range(0, 12, 4))


def paper_code(sha256: str) -> str:
    """The first sixteen hexadecimal digits of SHA-256 in groups of four, as the submission list prints them (F41)."""
    return " ".join(sha256[start : start + 4].upper() for start in range(0, 16, 4))
