"""Accounts (利用者): who may sign in, as what, for which division, linked to which 宛名番号.

Residents sign in with a code sent by e-mail; officials with a password and an authenticator.
A person who is both has two accounts. Rights come from posts (職) through roles; roles hold the
permissions that manifests declare.
"""
