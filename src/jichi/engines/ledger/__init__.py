"""The books (帳簿): postings that are written once and always balance, sums by day, periods that close."""
