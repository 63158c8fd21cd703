-- 勘定科目 of collecting; a municipality adds its own.
INSERT INTO eng_ledger_account (code, title, kind, position) VALUES
    ('cash', '歳計現金', 'asset', 10),
    ('agents', '収納受託者への未収', 'asset', 20),
    ('claims', '未収金', 'asset', 30),
    ('claims_late', '未収金(延滞金)', 'asset', 40),
    ('unallocated', '仮受金(未充当)', 'liability', 50),
    ('refunds_due', '還付未済金', 'liability', 60),
    ('revenue', '歳入', 'revenue', 70),
    ('revenue_late', '諸収入(延滞金)', 'revenue', 80),
    ('written_off', '不納欠損', 'expense', 90),
    ('refund_interest', '還付加算金', 'expense', 100),
    ('carried', '繰越', 'carry', 110);
