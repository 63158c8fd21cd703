"""Files (ファイル): safe uploads, content-addressed storage, and the maker of PDF documents.

Other rooms use `actions`, `queries`, `documents`, `views.download_response` and `errors`.
"""
