"""キャッシュレス窓口: sale, refund, receipt and day close at the counters; settlement with card firms; usage."""
