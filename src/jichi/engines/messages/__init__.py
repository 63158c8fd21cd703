"""Messages (通知): tells people outside the portal that something waits in it.

A message is a row written in the business transaction; the outbox pump carries it to the mail gateway
afterwards: at least once, under one stable Message-ID, never silently lost. A mail says only that there
is news, the 受付番号 and our own address; content stays behind sign-in.
"""
