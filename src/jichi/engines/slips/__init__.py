"""納付書 (slips): barcodes and numbers by which money is paid outside the town hall, and the paper they are printed on.

Charges and books are other rooms'; this one is told a key, a subject, an amount and days.
"""
