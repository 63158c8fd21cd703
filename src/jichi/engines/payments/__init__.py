"""Payments (納付): what is owed for a service, how it is paid, the receipt, the refund.

Holds an opaque subject ("eng_cases:case:…") and knows no case; what is settled is announced.
"""
