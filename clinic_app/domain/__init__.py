"""The plain, frozen values of the field: cases, findings, amounts, deadlines. No I/O, no Qt, no translation."""
