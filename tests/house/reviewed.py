"""Exceptions from the house's rules, each with the reason that a reviewer accepted.

An entry that no longer matches anything makes its test fail: remove it.
"""

from __future__ import annotations

UNESCAPED: dict[str, str] = {
    "design/html.py": "the one place that marks markup as safe, for design's own components, built from escaped parts",
}
"""Path below src/jichi → why it may build markup that is not escaped (`mark_safe`, `|safe`)."""

SIGNALS: dict[str, str] = {}
"""Path below src/jichi → why it may use a framework signal."""

LITERAL_TEMPLATES: dict[str, str] = {
    "eng_slips/pdf/": "a paper for tills and banks, whose words the agent's print test approves: Japanese as it stands",
    "design/gallery/": "shows the components with invented content, for engineers and reviewers",
}
"""Beginning of a template's name → why residents may meet text in it that is not translated."""

UNTRACKED_TABLES: dict[str, str] = {
    "eng_accounts_identityflow": "lives for a quarter of an hour; what comes of it is recorded",
    "eng_accounts_ratewindow": "counters of tries that live for minutes",
    "eng_accounts_session": "lives for hours; signing in and out are recorded as acts",
    "eng_accounts_signincode": "lives for ten minutes; signing in is recorded as an act",
    "eng_api_apicall": "is itself the record of who called what",
    "eng_api_delivery": "is itself the record of each try to deliver",
    "eng_api_ratebucket": "counters of calls that live for minutes",
    "eng_api_storedanswer": "lives for a day; what the write did stands in tracked rows",
    "eng_audit_auditevent": "it is the audit trail",
    "eng_bankfiles_storereceipt": "is itself the record of what was reported; its file is tracked, a trigger keeps it",
    "eng_cases_bulkitem": "how far a run has come; what it does to each case stands in tracked rows",
    "eng_cases_caseevent": "is itself a history that is written once; a trigger refuses changes",
    "eng_cases_numberseries": "a counter; the numbers it gave stand in tracked rows",
    "eng_files_blob": "bytes under their own hash, which no change survives; eng_files_storedfile is tracked",
    "eng_files_rendition": "derived from a blob, made again at will",
    "eng_inbox_searchentry": "derived from tracked rows of other rooms",
    "eng_inbox_searchmiss": "counts of words nobody found, without a person",
    "eng_inbox_workitem": "derived from tracked rows of other rooms, which close it",
    "eng_jobs_failure": "is itself the record of a run that failed",
    "eng_jobs_schedule": "when a periodic job last ran; stopping and starting it are recorded as acts",
    "eng_ledger_daysum": "sums of entries, kept by a trigger and compared by the doctor",
    "eng_ledger_entry": "is itself the record: append-only by trigger, written by functions alone",
    "eng_ledger_posting": "is itself the record: append-only by trigger, written by functions alone",
    "eng_messages_contactproof": "lives for ten minutes; what it proves is recorded as a contact point",
    "eng_messages_delivery": "is itself the record of each try to deliver",
    "eng_messages_message": "is itself the record of what was told to whom",
    "front_designer_designrevision": "is itself the history of a design, written once; a trigger refuses changes",
    "front_designer_pageedit": "who has a page of a design open, for minutes",
    "eng_payments_chargeline": "written once with its charge, which is tracked; a trigger refuses changes",
    "eng_payments_ledgerentry": "is itself the record: append-only by trigger",
    "eng_payments_paymentevent": "is itself the record of what the payment firm said; a trigger refuses changes",
    "eng_payments_receiptseries": "a counter; the numbers it gave stand in tracked rows",
    "eng_statistics_day": "a counter of batches",
    "eng_statistics_event": "counts without a person, many a second; an act of nobody",
    "eng_statistics_observation": "is itself a history that is written once; a trigger refuses changes",
    "eng_statistics_pagetally": "derived from events at each run",
    "eng_statistics_position": "how far a job has read",
    "eng_statistics_salt": "lives for a day and must leave no trace",
    "eng_statistics_steptally": "derived from histories of rooms above at each run",
    "eng_statistics_tally": "derived from events and histories at each run",
    "eng_routes_routeact": "is itself a history that is written once and chained; a trigger refuses changes",
    "eng_routes_routeturn": "derived from a route's acts and today's posts",
    "office_operations_observation": "what processes saw last; a backup's end is recorded as an act",
    "eng_registry_household": "derived from tracked rows of residents at each load",
    "eng_registry_town": "names of places, from a public list",
}
"""Table → why its changes are not recorded in the audit trail."""

ROW_SECURITY: dict[str, str] = {
    "eng_accounts_guestlink": "read and written by the platform alone: the secret in the link is the proof",
    "eng_accounts_identity": "a person's own; written by the platform alone",
    "eng_accounts_representation": "seen by its two sides and by officials with a permission for it; never rewritten",
    "eng_accounts_signatureevidence": "seen by who signed and officials with a permission for it; never changed",
    "eng_accounts_signingrequest": "a person's own",
    "eng_api_storedanswer": "seen by the client whose write it answered and the system",
    "eng_bankfiles_difference": "seen by officials with eng_bankfiles.view; written by the platform alone",
    "eng_bankfiles_storereceipt": "seen by officials with eng_bankfiles.view; never deleted, reports never taken back",
    "eng_bankfiles_takenfile": "seen by officials with eng_bankfiles.view; a file that came stays as it came",
    "eng_cases_bulkitem": "seen with its case",
    "eng_cases_bulkrun": "seen by the official who started it and the system",
    "eng_cases_case": "seen by its applicant, the division in charge and the system",
    "eng_cases_caseevent": "seen with its case",
    "eng_cases_casefile": "seen with its case; by applicants only as part of a message",
    "eng_cases_caselink": "seen by officials who see both cases",
    "eng_cases_casemessage": "seen with its case; written once",
    "eng_cases_correction": "seen with its case",
    "eng_cases_decision": "seen with its case",
    "eng_cases_dispatch": "seen with its case",
    "eng_cases_followup": "seen with its case",
    "eng_cases_issueddocument": "seen with its case",
    "eng_cases_issuednumber": "seen by the division in charge; never given twice",
    "eng_cases_proposal": "seen with its case, by no applicant",
    "eng_forms_confirmation": "seen with its draft and by the system",
    "eng_forms_draft": "seen by who writes it and the system, by no official",
    "eng_forms_draftfile": "seen with its draft",
    "eng_forms_submission": "seen by its applicant, the division in charge and the system; never changed",
    "front_designer_design": "seen by officials of its division who design, by the DX office and the system",
    "front_designer_designrevision": "seen with its design; never changed",
    "front_designer_pageedit": "seen with its design",
    "eng_inbox_searchentry": "found by whom it is for: audience, account, division, permission",
    "eng_inbox_workitem": "seen by its owner or a division that holds the permission",
    "eng_ledger_daysum": "seen by officials of its division, all of them with eng_ledger.watch; written by functions alone",
    "eng_ledger_entry": "seen by officials of its division, all of them with eng_ledger.watch; written by functions alone",
    "eng_ledger_posting": "seen by officials of its division, all of them with eng_ledger.watch; never changed",
    "eng_messages_contactpoint": "a person's own; written by the platform, which has seen the proof",
    "eng_messages_contactpreference": "a person's own",
    "eng_messages_contactproof": "seen and written by the platform alone",
    "eng_messages_delivery": "seen with its message",
    "eng_messages_message": "seen by its recipient and the division that sent it",
    "eng_payments_charge": "seen by its payer, the division in charge and the system; written by the system alone",
    "eng_payments_chargeline": "seen with its charge",
    "eng_payments_checkout": "seen with its charge",
    "eng_payments_ledgerentry": "seen by officials with its charge",
    "eng_payments_payment": "seen with its charge",
    "eng_payments_paymentevent": "seen by officials with its charge; of no known charge with eng_payments.watch",
    "eng_payments_receipt": "seen with its payment",
    "eng_payments_refund": "seen with its payment",
    "eng_routes_route": "seen by its division, the posts above it, its drafter, and those whose turn it is or was",
    "eng_routes_routeact": "seen with its route",
    "eng_routes_routeturn": "for officials who take part in approvals",
    "eng_routes_absence": "for officials who take part in approvals",
    "eng_registry_address": "addresses of protected persons only with the permission for them",
    "eng_registry_organization": "seen by officials with the permission and by who is an officer of it today",
    "eng_registry_officerterm": "seen with its body",
    "eng_registry_household": "seen by officials with a purpose and by the household itself",
    "eng_registry_protectedperson": "seen only with the permission for protected persons",
    "eng_registry_protection": "seen only with the permission for protected persons",
    "eng_registry_protectionblock": "seen only with the permission for protected persons",
    "eng_registry_resident": "seen by officials with a purpose, the person and the household; written by loads alone",
    "office_administration_hold": "seen by who administers the house",
    "office_administration_peopleload": "seen by who administers the house",
    "office_administration_plan": "seen by who administers the house",
}
"""Table → what row security guarantees whatever the code does."""

NOT_PERSONAL: dict[str, str] = {
    "eng_accounts_division": "telephone and mail of an office",
    "eng_accounts_recoverycode": "hashes; the account they belong to is declared",
    "eng_accounts_session": "an id that lives for hours; the account it belongs to is declared",
    "eng_api_apiclient": "the account stands for a program, not for a person",
    "eng_api_delivery": "a body of ids and kinds: the receiver fetches the rest with its key",
    "front_designer_design": "what an official answered to an official about a procedure",
    "eng_bankfiles_takenfile": "the name is a file's",
    "eng_jobs_schedule": "the name is a job's",
    "eng_statistics_position": "the name is a room's",
    "front_inventory_listedprocedure": "the name is a procedure's, applicants are kinds of them",
    "front_inventory_load": "the name is a file's",
    "eng_registry_district": "the name is a place's",
    "eng_registry_town": "the name is a place's",
}
"""Table that looks as if it held personal data → why it needs no declaration."""

LICENCES: dict[str, str] = {
    "psycopg": "LGPL-3.0, used unmodified as a library (docs/adr/0008)",
    "psycopg-binary": "LGPL-3.0, used unmodified as a library (docs/adr/0008)",
    "psycopg-pool": "LGPL-3.0, used unmodified as a library (docs/adr/0008)",
}
"""Distribution under a weak copyleft licence → why it may be a runtime dependency."""
