"""The front office (窓口・申請)."""
