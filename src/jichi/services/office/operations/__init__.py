"""Operations (運用): how this instance is, what its jobs do, and when it was last saved; for administrators."""
