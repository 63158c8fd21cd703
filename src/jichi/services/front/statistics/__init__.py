"""Statistics of procedures (申請の統計): visitors, drop-off, time to decision, corrections; for officials."""
