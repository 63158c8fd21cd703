"""Cases (案件): what happens between an application's arrival and its decision.

Knows submissions, officials, deadlines and documents; knows no procedure by name. What a procedure
decides about itself (answers, outcomes, reasons, documents) comes from its definition file.
"""
