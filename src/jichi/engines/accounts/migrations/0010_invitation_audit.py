"""Invitations are kept in the audit trail, without their secret."""

from django.db import migrations

from jichi.engines.audit.track import track


class Migration(migrations.Migration):
    dependencies = [("eng_accounts", "0009_officials")]
    operations = [track("eng_accounts_invitation", subject="account_id", leave_out=("token_hash",))]
