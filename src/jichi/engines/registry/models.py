"""The mirror of the resident register (住民記録の写し). Private to this room; read through `queries`.

Every item stands on every history row (standard 1.2.1). There is no column for the individual number
(個人番号), the 住民票コード or the residence card number: what nothing here needs is not copied.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

KINDS_OF_LOAD: Final = ("sample", "file", "organisations", "protections")
STATES_OF_LOAD: Final = ("checking", "refused", "ready", "waiting", "applied", "unchanged", "dropped", "failed")


class RegisterLoad(models.Model):
    """One filling of the mirror: where from, as of when, how many rows, their checksum, and what came of it."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True, db_default=RandomUUID(), editable=False)
    """Its name in addresses."""
    kind = models.TextField()
    state = models.TextField(default="applied", db_default="applied")
    path = models.TextField(default="", db_default="")
    """Where the file lies on the server, while it is needed; of several, one a line."""
    mapping = models.TextField(default="", db_default="")
    """Id and version of the mapping: "standard/1"."""
    source_checksum = models.TextField(default="", db_default="")
    """SHA-256 of the file's bytes."""
    encoding = models.TextField(default="", db_default="")
    report = models.JSONField(default=dict, db_default={})
    """Counts, columns, reasons to wait, the first errors: `rules.importing` and `queries.LoadView` say what."""
    started_by = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    """Who confirmed or dropped a load that waited."""
    is_difference = models.BooleanField(default=False, db_default=False)
    """It held changes only (差分)."""
    sequence = models.IntegerField(null=True)
    """Running number of a file of changes, where its name carries one."""
    is_uploaded = models.BooleanField(default=False, db_default=False)
    """Sent from a browser: the file is removed when the load has ended."""
    label = models.TextField()
    as_of = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    persons = models.IntegerField(default=0)
    rows = models.IntegerField(default=0)
    checksum = models.TextField(default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=KINDS_OF_LOAD), name="registry_load_kind"),
            models.CheckConstraint(condition=Q(state__in=STATES_OF_LOAD), name="registry_load_state"),
        )


class Resident(models.Model):
    """One history row of one person: 宛名番号 + 履歴番号 (+ 枝番号)."""

    id = models.BigAutoField(primary_key=True)
    load = models.ForeignKey(RegisterLoad, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    """Kept by triggers, once a statement (sql/loading.sql): a load writes a third of a million rows at once."""

    addressee_no = models.TextField()
    history_no = models.IntegerField()
    branch_no = models.SmallIntegerField(default=0, db_default=0)
    is_current = models.BooleanField()
    is_provisional = models.BooleanField(default=False, db_default=False)
    is_deleted = models.BooleanField(default=False, db_default=False)
    is_removed_record = models.BooleanField(default=False, db_default=False)
    household_no = models.TextField()
    municipality_code = models.TextField()

    kind = models.TextField()
    state = models.TextField()

    movement_on = models.DateField(null=True)
    movement_text = models.TextField(default="", db_default="")
    movement_unknown = models.BooleanField(default=False, db_default=False)
    movement_rule = models.TextField(default="", db_default="")
    """How `movement_on` was made from a date that is unknown or on no calendar; "" = it is the register's."""
    movement_reason = models.TextField(default="", db_default="")
    movement_kind = models.TextField(default="", db_default="")
    reported_on = models.DateField(null=True)
    report_no = models.TextField(default="", db_default="")
    processed_on = models.DateField(null=True)

    name = models.TextField()
    family_name = models.TextField(default="", db_default="")
    given_name = models.TextField(default="", db_default="")
    roman_name = models.TextField(default="", db_default="")
    kanji_name = models.TextField(default="", db_default="")
    kana = models.TextField(default="", db_default="")
    family_kana = models.TextField(default="", db_default="")
    given_kana = models.TextField(default="", db_default="")
    kana_confirmed = models.BooleanField(default=False, db_default=False)
    former_family_name = models.TextField(default="", db_default="")
    former_family_kana = models.TextField(default="", db_default="")
    alias = models.TextField(default="", db_default="")
    alias_kana = models.TextField(default="", db_default="")
    name_priority = models.TextField(default="", db_default="")

    birth_text = models.TextField()
    birth_unknown = models.BooleanField(default=False, db_default=False)
    birth_unknown_text = models.TextField(default="", db_default="")
    birth_date = models.DateField(null=True)
    """For calculation only; empty where the register's own date is unknown (年齢不詳)."""
    birth_date_rule = models.TextField(default="", db_default="")
    """How `birth_date` was derived from a date that no calendar has; "" = it is the register's date."""
    sex = models.TextField(default="", db_default="")
    sex_text = models.TextField(default="", db_default="")

    relationship = models.TextField()
    head_name = models.TextField(default="", db_default="")
    list_order = models.SmallIntegerField(default=1, db_default=1)

    became_resident_on = models.DateField(null=True)
    became_resident_text = models.TextField(default="", db_default="")
    became_resident_unknown = models.BooleanField(default=False, db_default=False)
    became_resident_rule = models.TextField(default="", db_default="")
    became_foreign_resident_on = models.DateField(null=True)
    address_fixed_on = models.DateField(null=True)
    move_out_planned_on = models.DateField(null=True)
    moved_out_on = models.DateField(null=True)
    deceased_on = models.DateField(null=True)

    nationality = models.TextField(default="jp", db_default="jp")
    article_30_45 = models.TextField(default="", db_default="")
    residence_status = models.TextField(default="", db_default="")
    residence_period = models.TextField(default="", db_default="")
    residence_until = models.DateField(null=True)

    is_voter = models.BooleanField(default=False, db_default=False)
    is_adult_ward = models.BooleanField(default=False, db_default=False)
    entitlements = models.JSONField(default=dict, db_default={})
    """{"health_insurance": {"from": "2020-04-01", "to": null}, …}: qualifications the register notes."""
    districts = ArrayField(models.TextField(), default=list, db_default=[])

    names_folded = models.TextField()
    """All names by which the person may be looked up, folded, separated by one space."""
    kana_folded = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("addressee_no", "history_no", "branch_no"), name="registry_history_once"),
            models.UniqueConstraint(
                fields=("addressee_no",), condition=Q(is_current=True), name="registry_one_current"
            ),
            models.CheckConstraint(condition=Q(history_no__gte=1), name="registry_history_from_1"),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(is_provisional=False, is_deleted=False),
                name="registry_current_is_real",
            ),
            models.CheckConstraint(condition=Q(kind__in=("japanese", "foreign")), name="registry_kind"),
            models.CheckConstraint(
                condition=Q(state__in=("resident", "moved_out", "deceased", "removed", "outside")),
                name="registry_state",
            ),
            models.CheckConstraint(condition=Q(sex__in=("", "1", "2")), name="registry_sex"),
            models.CheckConstraint(
                condition=Q(birth_unknown=False) | Q(birth_date__isnull=True), name="registry_no_made_up_birthday"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="registry_has_name"),
            models.CheckConstraint(condition=~Q(addressee_no=""), name="registry_has_number"),
        )
        indexes = (
            models.Index(fields=("household_no",), name="registry_by_household", condition=Q(is_current=True)),
            models.Index(fields=("birth_date", "kana_folded"), name="registry_by_birth", condition=Q(is_current=True)),
            models.Index(F("kana_folded").asc(), "addressee_no", name="registry_by_kana", condition=Q(is_current=True)),
        )


class Address(models.Model):
    """The addresses on one history row, in a table of their own so that row security can hide them."""

    pk = models.CompositePrimaryKey("addressee_no", "history_no", "branch_no")
    addressee_no = models.TextField()
    history_no = models.IntegerField()
    branch_no = models.SmallIntegerField(default=0, db_default=0)
    household_no = models.TextField()
    is_current = models.BooleanField()

    postcode = models.TextField(default="", db_default="")
    prefecture = models.TextField(default="", db_default="")
    city = models.TextField(default="", db_default="")
    town_key = models.TextField(default="", db_default="")
    """Census key of the town block, 9 or 11 digits, as text."""
    town = models.TextField(default="", db_default="")
    block = models.TextField(default="", db_default="")
    """番地号表記, for example 「2番3号」."""
    building = models.TextField(default="", db_default="")
    """方書."""
    previous = models.TextField(default="", db_default="")
    planned = models.TextField(default="", db_default="")
    confirmed = models.TextField(default="", db_default="")
    domicile = models.TextField(default="", db_default="")
    """本籍."""
    family_register_head = models.TextField(default="", db_default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(postcode="") | Q(postcode__regex=r"^[0-9]{7}$"), name="registry_postcode"
            ),
        )
        indexes = (
            models.Index(fields=("town_key", "addressee_no"), name="registry_by_town", condition=Q(is_current=True)),
        )


class Household(models.Model):
    """A household (世帯) as derived from its current members' rows."""

    household_no = models.TextField(primary_key=True)
    head_addressee_no = models.TextField()
    size = models.SmallIntegerField()
    type = models.TextField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(size__gte=1), name="registry_household_size"),)


class Organization(models.Model):
    """A body (団体) with an addressee number (団体番号): association, PTA, NPO, company."""

    addressee_no = models.TextField(primary_key=True)
    load = models.ForeignKey(RegisterLoad, on_delete=models.PROTECT, db_index=False)
    kind = models.TextField(default="other", db_default="other")
    name = models.TextField()
    kana = models.TextField(default="", db_default="")
    corporate_number = models.TextField(default="", db_default="")
    representative = models.TextField(default="", db_default="")
    postcode = models.TextField(default="", db_default="")
    address = models.TextField(default="", db_default="")
    town_key = models.TextField(default="", db_default="")
    state = models.TextField(default="active", db_default="active")
    names_folded = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=("active", "closed")), name="registry_org_state"),
            models.CheckConstraint(
                condition=Q(kind__in=("neighbourhood", "pta", "npo", "corporation", "other")), name="registry_org_kind"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="registry_org_has_name"),
            models.CheckConstraint(
                condition=Q(corporate_number="") | Q(corporate_number__regex=r"^[1-9][0-9]{12}$"),
                name="registry_org_number",
            ),
        )


class OfficerTerm(models.Model):
    """Who holds which post (会長, 会計 …) of a body, from which day to which; the person by 宛名番号."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="officers")
    addressee_no = models.TextField()
    post = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    """The last day, included; None: not known yet."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organization", "addressee_no", "post", "starts_on"), name="registry_officer_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="registry_officer_term"
            ),
            models.CheckConstraint(condition=~Q(addressee_no="") & ~Q(post=""), name="registry_officer_is_somebody"),
        )
        indexes = (models.Index(fields=("addressee_no",), name="registry_officer_person"),)


class Town(models.Model):
    """A town block (町丁・字) in which addresses of this municipality lie."""

    town_key = models.TextField(primary_key=True)
    name = models.TextField()
    """As the register writes it, with kanji numerals: 芝一丁目."""
    postcode = models.TextField(default="", db_default="")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    kana = models.TextField(default="", db_default="")
    """The reading in full-width katakana, シバ1チョウメ."""
    outline = models.JSONField(null=True)
    """Rings of [longitude, latitude] to draw the town with."""
    origin = models.TextField(default="", db_default="")
    """Whose shape it is (出典): said below every map."""

    class Meta:
        indexes = (models.Index(fields=("postcode",), name="registry_town_postcode"),)


class District(models.Model):
    """A local area drawn over towns (地区管理): school, town association, election."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    code = models.TextField()
    name = models.TextField()
    town_keys = ArrayField(models.TextField(), default=list, db_default=[])

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "code"), name="registry_district_once"),)


class Protection(models.Model):
    """A measure of support (支援措置). It never ends by itself: `end_on` only calls for a decision."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    ground = models.TextField()
    applicant_no = models.TextField()
    offender_no = models.TextField(default="", db_default="")
    offender_name = models.TextField(default="", db_default="")
    is_provisional = models.BooleanField(default=False, db_default=False)
    received_from = models.TextField(default="", db_default="")
    start_on = models.DateField()
    end_on = models.DateField()
    lifted_on = models.DateField(null=True)
    lifted_reason = models.TextField(default="", db_default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(end_on__gt=F("start_on")), name="registry_protection_term"),
            models.CheckConstraint(
                condition=Q(lifted_on__isnull=True, lifted_reason="")
                | (Q(lifted_on__isnull=False) & ~Q(lifted_reason="")),
                name="registry_protection_lifted_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(ground__in=("dv", "stalking", "child_abuse", "other")), name="registry_protection_ground"
            ),
        )


class ProtectedPerson(models.Model):
    """Who a measure protects: one person, or everybody of a household."""

    id = models.BigAutoField(primary_key=True)
    protection = models.ForeignKey(Protection, on_delete=models.CASCADE, related_name="people")
    addressee_no = models.TextField(default="", db_default="")
    household_no = models.TextField(default="", db_default="")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(~Q(addressee_no="") & Q(household_no="")) | (Q(addressee_no="") & ~Q(household_no="")),
                name="registry_protected_one_of",
            ),
            models.UniqueConstraint(
                fields=("protection", "addressee_no", "household_no"), name="registry_protected_once"
            ),
        )
        indexes = (
            models.Index(fields=("addressee_no",), name="registry_protected_no"),
            models.Index(fields=("household_no",), name="registry_protected_household"),
        )


class ProtectionBlock(models.Model):
    """One certificate whose issue a measure blocks, for which of the person's addresses."""

    id = models.BigAutoField(primary_key=True)
    protection = models.ForeignKey(Protection, on_delete=models.CASCADE, related_name="blocks")
    certificate = models.TextField()
    address_kind = models.TextField()
    level = models.TextField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("protection", "certificate", "address_kind"), name="registry_block_once"),
            models.CheckConstraint(condition=Q(level__in=("error", "alert")), name="registry_block_level"),
            models.CheckConstraint(
                condition=Q(address_kind__in=("current", "previous", "domicile")), name="registry_block_address"
            ),
        )
