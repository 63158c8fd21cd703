"""Tables of accounts, posts and sign-in. Private to this room."""

# long: every table of the room, with what the database refuses

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from jichi.kernel.localized import LANGUAGES


class Division(models.Model):
    """課: owns procedures and cases. `names` and `contact` are localized (contact: phone, counter)."""

    id = models.BigAutoField(primary_key=True)
    code = models.TextField(unique=True)
    names = models.JSONField()
    phone = models.TextField(default="")
    email = models.TextField(default="")
    counter = models.JSONField(default=dict)
    document_prefix = models.TextField(default="")
    """Letters of its document numbers (文書記号), such as みど子."""
    is_active = models.BooleanField(default=True)


class AccountManager(BaseUserManager["Account"]):
    """Lookups by login name, as Django's authentication expects."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """The active official with this login name."""
        return self.get(kind="staff", login=username, is_active=True)


KINDS = ("resident", "staff", "partner", "guest")
SHA256 = r"^[0-9a-f]{64}$"
WITHOUT_LOGIN = ("resident", "guest")


class Account(AbstractBaseUser):
    """利用者. Residents have an e-mail address and no password; officials a login name, password and TOTP.

    A guest applies without a login: an account of one application; `email` is where its news go, proved by nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.TextField()
    login = models.TextField(null=True, unique=True)  # noqa: DJ001 - residents have none, and it is unique
    email = models.TextField(default="")
    name = models.TextField(default="")
    kana = models.TextField(default="", db_default="")
    """Of officials: the reading (フリガナ), for lists and search."""
    language = models.TextField(default="ja")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    totp_secret = models.BinaryField(null=True)
    """Encrypted with the site's field keys; confirmed only when `totp_confirmed_at` is set."""
    totp_confirmed_at = models.DateTimeField(null=True)
    totp_last_step = models.BigIntegerField(default=0)
    """Time step of the last code taken: a code works once."""
    enrolment_code = models.TextField(default="")
    """Hash of the one-time code an administrator hands over for enrolling an authenticator."""
    session_generation = models.IntegerField(default=0)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="account_kind"),
            models.CheckConstraint(condition=Q(language__in=LANGUAGES), name="account_language"),
            models.UniqueConstraint(
                Lower("email"), F("kind"), condition=Q(kind="resident"), name="account_email_once_per_resident"
            ),
            models.CheckConstraint(
                condition=Q(kind="staff", login__isnull=False)
                | Q(kind__in=WITHOUT_LOGIN, login=None)
                | Q(kind="partner"),
                name="account_login_for_staff",
            ),
            models.CheckConstraint(condition=~Q(kind="resident") | ~Q(email=""), name="account_resident_email"),
        )
        indexes = (
            models.Index(Lower("email"), "created_at", condition=Q(kind="guest"), name="account_guest_email"),
            models.Index(fields=("created_at",), condition=Q(kind="guest"), name="account_guest_since"),
        )


class Post(models.Model):
    """職: a place in a division with the roles it carries, whoever holds it."""

    id = models.BigAutoField(primary_key=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="posts")
    title = models.TextField()
    roles = ArrayField(models.TextField())

    class Meta:
        constraints = (models.UniqueConstraint(fields=("division", "title", "roles"), name="post_once"),)


class PostHolding(models.Model):
    """Who holds a post and from when to when (発令). The same person holds a post once at a time."""

    id = models.BigAutoField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holdings")
    during = DateRangeField()

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="post_holding_no_overlap",
                expressions=(
                    ("post", RangeOperators.EQUAL),
                    ("account", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
        )


class PersonLink(models.Model):
    """Login ↔ 宛名番号. At most one active link on either side; ended links stay as history."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="links")
    addressee_no = models.TextField()
    state = models.TextField(default="active")
    how = models.TextField()
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=("active", "ended")), name="person_link_state"),
            models.UniqueConstraint(fields=("account",), condition=Q(state="active"), name="person_link_one_person"),
            models.UniqueConstraint(
                fields=("addressee_no",), condition=Q(state="active"), name="person_link_one_account"
            ),
        )


class LinkRequest(models.Model):
    """A resident asks to be linked with the register (本人との結び付け).

    `letter`: the data matched one person; a code went to the registered address by post.
    `review`: none or several matched, or the letter failed; an official decides.
    """

    STATES = ("letter", "review", "linked", "refused", "withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="link_requests")
    state = models.TextField()
    kana = models.TextField()
    birth_date = models.DateField()
    postcode = models.TextField()
    addressee_no = models.TextField(default="")
    reason = models.TextField(default="")
    code_hash = models.TextField(default="")
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("letter", "review", "linked", "refused", "withdrawn")),
                name="link_request_state",
            ),
            models.UniqueConstraint(
                fields=("account",), condition=Q(state__in=("letter", "review")), name="link_request_one_open"
            ),
        )


class SignInCode(models.Model):
    """A six-digit code sent to an e-mail address; works once, for ten minutes, for five tries."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.TextField()
    code_hash = models.TextField()
    language = models.TextField(default="ja")
    expires_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(attempts__lte=5), name="sign_in_code_tries"),)


class GuestLink(models.Model):
    """A mailed link to one application of somebody without a login: works once, within 30 days, for a right answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="guest_links")
    email = models.TextField()
    token_hash = models.TextField(unique=True)
    target = models.TextField()
    """Where it leads: a path of the resident portal without its language."""
    tries = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    renewed_at = models.DateTimeField(null=True)
    """When a new link was mailed in its place: once."""

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(tries__gte=0, tries__lte=5), name="guest_link_tries"),
            models.CheckConstraint(condition=Q(token_hash__regex=SHA256), name="guest_link_sha256"),
            models.CheckConstraint(condition=Q(target__startswith="/"), name="guest_link_target"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="guest_link_expires_later"),
        )


class RecoveryCode(models.Model):
    """One-time code an official keeps on paper for the day the authenticator is lost."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.TextField()
    used_at = models.DateTimeField(null=True)


class Invitation(models.Model):
    """招待: a link with which an official sets a password, once. A newer one ends the older."""

    id = models.BigAutoField(primary_key=True)
    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="invitation")
    token_hash = models.TextField(unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(token_hash__regex=SHA256), name="invitation_sha256"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="invitation_expires_later"),
        )


class Session(AbstractBaseSession):
    """Server-side session; `account_id` lets all sessions of an account be ended at once."""

    account_id = models.UUIDField(null=True, db_index=True)
    objects: ClassVar[BaseSessionManager[Session]] = BaseSessionManager()  # type: ignore[assignment] # the stubs want Self

    @classmethod
    def get_session_store_class(cls) -> type:
        """The store that reads and writes these rows."""
        from .sessions import SessionStore

        return SessionStore


class RateWindow(models.Model):
    """Counter of tries in a time window, shared by all web processes."""

    key = models.TextField(primary_key=True)
    started_at = models.DateTimeField()
    count = models.IntegerField()


class Identity(models.Model):
    """An outside login of an account (デジタル認証アプリ, GビズID): the provider's name for the person, no more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="identities")
    provider = models.TextField()
    subject = models.TextField()
    """The provider's `sub`: made for this site alone."""
    level = models.TextField()
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(level__in=("account", "card")), name="identity_level"),
            models.UniqueConstraint(
                fields=("provider", "subject"), condition=Q(ended_at=None), name="identity_one_account"
            ),
            models.UniqueConstraint(
                fields=("account", "provider"), condition=Q(ended_at=None), name="identity_one_of_a_provider"
            ),
        )


class IdentityFlow(models.Model):
    """One way to a provider and back: works once, in the browser that began it, for a quarter of an hour."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.TextField()
    state_hash = models.TextField(unique=True)
    browser_hash = models.TextField()
    nonce = models.TextField()
    verifier = models.TextField()
    account_id = models.UUIDField(null=True)
    """Whose session began it; null: somebody not yet signed in."""
    wanted = models.TextField(default="")
    target = models.TextField(default="")
    language = models.TextField(default="ja")
    created_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class Representation(models.Model):
    """代理: somebody may act for somebody else, from a day to a day, in all procedures or in those named.

    `asked`: given and not yet accepted. `ended` and `refused` stay as history.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.TextField()
    state = models.TextField()
    principal_no = models.TextField()
    """宛名番号, or 団体番号 where the kind is "officer"."""
    principal_name = models.TextField()
    principal_account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    agent_account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    agent_name = models.TextField()
    procedures = ArrayField(models.TextField(), default=list)
    scope = models.TextField(default="")
    """The procedures in one text, for the rule that the same is not given twice; "" is all."""
    during = DateRangeField()
    basis = models.TextField(default="")
    """What an official saw (戸籍全部事項証明書, 登記事項証明書, 委任状)."""
    document = models.ForeignKey("eng_files.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    request_key = models.UUIDField(unique=True)
    """Of the form it was sent with: pressed twice is once."""
    code_hash = models.TextField(default="")
    code_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.TextField(default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=("guardian", "agent", "officer")), name="representation_kind"),
            models.CheckConstraint(
                condition=Q(state="asked", began_at=None, ended_at=None)
                | Q(state="active", agent_account__isnull=False, began_at__isnull=False, ended_at=None)
                | Q(state__in=("ended", "refused"), ended_at__isnull=False),
                name="representation_state",
            ),
            models.CheckConstraint(
                condition=~Q(principal_no="") & ~Q(principal_name="") & ~Q(agent_name=""),
                name="representation_who",
            ),
            models.CheckConstraint(
                condition=Q(principal_account=None) | Q(agent_account=None) | ~Q(principal_account=F("agent_account")),
                name="representation_of_another",
            ),
            models.UniqueConstraint(
                fields=("code_hash",), condition=Q(state="asked"), name="representation_code_once"
            ),
            ExclusionConstraint(
                name="representation_once",
                expressions=(
                    ("kind", RangeOperators.EQUAL), ("principal_no", RangeOperators.EQUAL),
                    ("agent_account", RangeOperators.EQUAL), ("scope", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
                condition=Q(state="active"),
            ),
        )  # fmt: skip


class SigningRequest(models.Model):
    """An account was asked to sign a content at the operator (署名); each request is answered once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    content_hash = models.TextField()
    about = models.TextField()
    target = models.TextField(default="")
    language = models.TextField(default="ja")
    state = models.TextField(default="open")
    problem = models.TextField(default="")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=("open", "signed", "refused")), name="signing_state"),
            models.CheckConstraint(condition=Q(content_hash__regex="^[0-9a-f]{64}$"), name="signing_hash"),
        )


class SignatureEvidence(models.Model):
    """What is kept of a signature: which content, which certificate, when, and what the operator answered.

    Not the certificate: it holds name, address, birth date and sex. Never changed (a trigger).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.OneToOneField(SigningRequest, on_delete=models.PROTECT, related_name="evidence")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    content_hash = models.TextField()
    certificate_serial = models.TextField()
    issuer = models.TextField()
    subject_digest = models.TextField()
    signed_at = models.DateTimeField()
    operator_answer = models.TextField()
    operator_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("account", "content_hash"), name="signature_once"),
            models.CheckConstraint(condition=Q(operator_answer="good"), name="signature_good"),
        )
