"""Pages of events: for everybody, for who enters, and for officials."""
