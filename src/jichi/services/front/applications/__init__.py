"""Online applications (電子申請)."""
