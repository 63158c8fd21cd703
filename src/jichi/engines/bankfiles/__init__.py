"""Files of banks, stores, apps and card firms (金融機関・コンビニ等とのファイル), in and out.

Keeps what came byte for byte, reads it by tables of columns, and holds one state for each receipt of a store.
"""
