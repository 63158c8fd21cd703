"""Online applications (電子申請, S30): finding a procedure, answering it, sending it, receiving the result.

Everything about one procedure stands in its definition file (`procedures/*.yaml`); this room has no
code for any of them.
"""
