"""Routes (決裁経路): who looks at a matter in which order before it is decided, as data.

Holds an opaque subject and the hash of what is decided; what was decided is announced.
"""
