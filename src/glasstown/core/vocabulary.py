"""The data dictionary: every column that two or more parts of the town use, and the names of its bits."""

from enum import IntFlag
from typing import Any

import numpy as np

from glasstown.core.columns import Column, Inflow, Tally


class Act(IntFlag):
    """What a person does in a day that somebody may file: one bit each."""

    CARE = 1 << 0
    """cared for a parent"""
    RAISE = 1 << 1
    """raised a child"""
    REPAY = 1 << 2
    """repaid a loan"""
    DEFAULT = 1 << 3
    """failed to repay a loan"""
    JAYWALK = 1 << 4
    """crossed on red"""
    CRITICISE = 1 << 5
    """said more than is tolerated, and was heard"""
    GAMES = 1 << 6
    """spent the evening on video games"""
    TUNNEL = 1 << 7
    """got round the wall, or acted under another name"""


ADVERSE = Act.DEFAULT | Act.JAYWALK | Act.CRITICISE | Act.TUNNEL
"""The acts whose filing is an adverse record. Games cost points but are lawful."""


class Right(IntFlag):
    """What may be open or closed to a person: one bit each, set = open."""

    TRAVEL = 1 << 0
    """fast trains and planes"""
    CREDIT = 1 << 1
    """loans"""
    JOBS = 1 << 2
    """being hired for jobs that ask for a standing"""
    PROMOTION = 1 << 3
    """being promoted"""
    SCHOOL = 1 << 4
    """the better school, for a child of the household"""
    EXIT = 1 << 5
    """leaving the country"""
    RANK = 1 << 6
    """a place at the front of dating sites"""


LOSABLE = ~Right.RANK
"""The rights whose closing is a loss that people are told of; a rank is a prize that most never have."""


class Event(IntFlag):
    """What happened to a person today: the bits of the diary, each written by one step."""

    OFFENDED = 1 << 0
    """broke a rule (crossed on red), seen or not"""
    FINED = 1 << 1
    """was caught by an ordinary officer"""
    NAMED = 1 << 2
    """was named by a camera for what he or she did"""
    MISTAKEN = 1 << 3
    """was named by a camera for what somebody else did"""
    ALERTED = 1 << 4
    """was stopped as a person sought, rightly"""
    MISALERTED = 1 << 5
    """was stopped as a person sought, wrongly"""
    CRITICISED = 1 << 6
    """said more than is tolerated, heard or not"""
    HEARD = 1 << 7
    """was heard saying it"""
    RECORDED = 1 << 8
    """got an adverse entry that is true"""
    MISRECORDED = 1 << 9
    """got an adverse entry that is false"""
    CREDITED = 1 << 10
    """got a favourable entry"""
    FORGOTTEN = 1 << 11
    """a record ended because its time was over"""
    LOST_POINTS = 1 << 12
    """lost points for what he or she did"""
    LOST_POINTS_WRONGLY = 1 << 13
    """lost points for what he or she did not do"""
    CLOSED = 1 << 14
    """a right closed"""
    OPENED = 1 << 15
    """a right opened again"""
    REFUSED_TRAVEL = 1 << 16
    """asked for a ticket and was refused"""
    BORROWED = 1 << 17
    """was granted a loan"""
    REFUSED_CREDIT = 1 << 18
    """asked for a loan and was refused"""
    REPAID = 1 << 19
    """paid a loan back in full"""
    DEFAULTED = 1 << 20
    """failed to repay a loan"""
    HIRED = 1 << 21
    """found work"""
    DISMISSED = 1 << 22
    """lost work"""
    PROMOTED = 1 << 23
    """was promoted"""
    REFUSED_WORK = 1 << 24
    """was turned down for a job or a promotion because of standing"""
    APPEALED = 1 << 25
    """lodged an appeal"""
    CORRECTED = 1 << 26
    """won it: the wrong record was erased"""
    REPORTED = 1 << 27
    """was denounced for what he or she did"""
    MISREPORTED = 1 << 28
    """was denounced for what he or she did not do"""
    HELPED = 1 << 29
    """helped somebody in trouble"""
    TURNED_AWAY = 1 << 30
    """refused to help somebody in trouble, or kept away"""
    LISTED = 1 << 31
    """was put on a blacklist, rightly"""
    MISLISTED = 1 << 32
    """was put on a blacklist, wrongly"""
    DELISTED = 1 << 33
    """left a blacklist"""
    FLAGGED = 1 << 34
    """was flagged as a risk, and would have offended"""
    MISFLAGGED = 1 << 35
    """was flagged as a risk, and would not have offended"""
    CHECKED = 1 << 36
    """was stopped and checked"""
    FOUND = 1 << 37
    """had something found on him or her in a check"""
    DETAINED = 1 << 38
    """was detained, having offended"""
    MISDETAINED = 1 << 39
    """was detained without an offence"""
    RELEASED = 1 << 40
    """was released"""
    STOOD_UP = 1 << 41
    """stood up in public against the authority"""
    ARRESTED = 1 << 42
    """was arrested for it"""
    ENFORCED = 1 << 43
    """pressed others to keep a norm"""
    EVADED = 1 << 44
    """found a way round: acted unseen at a cost"""
    ATTRIBUTED = 1 << 45
    """was named for what he or she said online"""
    READ_OUTSIDE = 1 << 46
    """read news from outside"""
    PAIRED = 1 << 47
    """found a partner"""
    PARTED = 1 << 48
    """lost a partner"""
    BORN = 1 << 49
    """was born"""
    DIED = 1 << 50
    """died"""
    DISMISSED_MATCH = 1 << 51
    """was spared: a person struck a match or a flag"""


class Family(IntFlag):
    """Who depends on a person."""

    CHILD = 1 << 0
    """a child under 15 in the household"""
    PARENT = 1 << 1
    """a parent aged 60 or more"""


class Activity(IntFlag):
    """What fills a person's weekdays (values, not bits)."""

    NONE = 0
    SCHOOL = 1
    WORK = 2
    RETIRED = 3


class Shield(IntFlag):
    """What protects a person today: one bit for each safeguard, read by the institution that it limits."""

    UNNAMED = 1 << 0
    """no search may name this person"""
    ANONYMOUS = 1 << 1
    """what is said online cannot be tied to the name"""
    SEPARATE = 1 << 2
    """files of others are not crossed into this person's"""
    ALONE = 1 << 3
    """the company that the person keeps does not count"""
    PRIVATE = 1 << 4
    """nobody else sees the score"""
    MINOR = 1 << 5
    """no sanction reaches this child, for its own or its parents' standing"""
    DISMISS_FALSE = 1 << 6
    """if a match or a flag of today is false, whoever reviews it sees it"""
    DISMISS_TRUE = 1 << 7
    """whoever reviews a match or a flag of today strikes it although it is true"""
    AUDITED = 1 << 8
    """whoever makes an error in this person's file is known"""


class Stake(IntFlag):
    """Why a person may mind the score: one bit each."""

    KNOWN = 1 << 0
    """the person is told the own score"""
    COMPANY = 1 << 1
    """and the company that the person keeps moves it"""


class Evasion(IntFlag):
    """The ways round that a person has paid for."""

    SECOND_PHONE = 1 << 0
    """a telephone under another name"""
    TUNNEL = 1 << 1
    """a tunnel around the wall"""


class Erasure(IntFlag):
    """Why the registry must clear a person's record."""

    CORRECTED = 1 << 0
    """an appeal was won: the wrong record and its points go"""
    EXPIRED = 1 << 1
    """the true record is older than the law allows"""
    MISEXPIRED = 1 << 2
    """the wrong record is older than the law allows"""
    WITHDRAWN = 1 << 3
    """an appeal against a true record was won: the record goes"""


_u8, _u16, _u32, _u64 = np.uint8, np.uint16, np.uint32, np.uint64

# People: drawn once by the population, in its order of households, blocks and districts.
ID = Column("id", _u32, "1", "permanent name of a person; never used again")
AGE = Column("age", _u8, "year", "completed years of age", visible=True)
SEX = Column("sex", _u8, "1", "0 man, 1 woman", visible=True)
GROUP = Column("group", _u8, "1", "abstract group: 0 is A, 1 is B", visible=True)
ACTIVITY = Column("activity", _u8, "1", "what fills the weekdays: see Activity")
DISTRICT = Column("district", _u8, "1", "district of the home", visible=True)
HOUSEHOLD_PLACE = Column("household_place", _u8, "person", "place in the household, from 0", visible=True)
HOUSEHOLD_SIZE = Column("household_size", _u8, "person", "people in the household", 1, visible=True)
FAMILY = Column("family", _u8, "1", "who depends on this person: bits of Family")
STRATUM = Column("stratum", _u8, "1", "group * 40 + age band * 5 + income fifth")
PRIVATE_DISSENT = Column("private_dissent", _u16, "1/65535", "share of what is thought that is critical")
BOLDNESS = Column("boldness", _u8, "1/255", "weight of saying what one thinks")
PROSOCIALITY = Column("prosociality", _u8, "1/255", "readiness to care for others")
DILIGENCE = Column("diligence", _u8, "1/255", "readiness to keep everyday rules")
TRUST = Column("trust", _u8, "1/255", "trust in other people")
LEGITIMACY = Column("legitimacy", _u8, "1/255", "legitimacy granted to the authority")
HARDSHIP = Column("hardship", _u8, "1/255", "hardship felt")
RISK_AVERSION = Column("risk_aversion", _u8, "1/255", "aversion to risk")
INCOME = Column("income", _u16, "10 yuan/year", "income per head at which the person starts")
PEOPLE: tuple[Column[Any], ...] = (
    ID, AGE, SEX, GROUP, ACTIVITY, DISTRICT, HOUSEHOLD_PLACE, HOUSEHOLD_SIZE, FAMILY, STRATUM,
    PRIVATE_DISSENT, BOLDNESS, PROSOCIALITY, DILIGENCE, TRUST, LEGITIMACY, HARDSHIP, RISK_AVERSION, INCOME,
)  # fmt: skip
"""What the population draws, or a user's table gives."""

# What people do and believe.
ACTS = Inflow(
    "acts", _u8, "1", "today's acts in the open: the first eight bits of Act", fleeting=True, visible=True
)
PERCEIVED_RISK = Column("perceived_risk", _u16, "1/65535", "believed chance that an offence is noticed")
BELIEVED_DISSENT = Column("believed_dissent", _u16, "1/65535", "dissent that others seem to have")
STANDING = Column(
    "standing", _u16, "1/65535", "share of those who judge to whom the person is good", 65535, visible=True
)
TIES_LOST = Column("ties_lost", _u8, "1", "ties that keep away from the person as long as a sanction lasts")
VOICED = Column("voiced", _u16, "1/65535", "share of private dissent scale said aloud", visible=True)
NOTICES = Inflow(
    "notices", _u8, "1", "times that the person was told today of having been caught", fleeting=True
)
DIARY = Inflow("diary", _u64, "1", "what happened to the person today: bits of Event", fleeting=True)
EVADING = Column("evading", _u8, "1", "ways round that the person uses: bits of Evasion")
INFORMED = Column("informed", _u16, "1/65535", "share of outside news that the person knows", visible=True)
ACTIVE = Column("active", _u8, "1", "1 while standing up against the authority", visible=True)
PARTNER = Column("partner", _u32, "row+1", "the person's partner, 0 none", visible=True)
ALIVE = Column("alive", _u8, "1", "0 for a row that waits for a birth", 1, visible=True)
PARENT = Column("parent", _u32, "row+1", "a parent, of people born in the run; else 0")
HOUSEHOLD = Column(
    "household", _u32, "row+1", "the household that a person lives in, named by one of its rows", visible=True
)
NEWBORN = Column(
    "newborn", _u8, "1", "1 born, 2 died last month: the next day all that is kept of the row begins anew"
)
FEARED = Column("feared", _u16, "1/65535", "believed share of one's ties who are reported in a month")
EARNINGS = Column("earnings", _u16, "10 yuan/year", "present income per head")
COMPLYING = Column("complying", _u8, "1", "1 while the person is seen to keep the norm", visible=True)

# What institutions see, file and judge.
NAMED_AFTER = Column(
    "named_after", _u16, "s", "seconds until a camera's name came today, 0 if none", fleeting=True
)
ENTRIES = Inflow("entries", _u16, "1", "acts reported of the person today, true: bits of Act", fleeting=True)
FALSE_ENTRIES = Inflow(
    "false_entries", _u16, "1", "acts reported, not the person's own: bits of Act", fleeting=True
)
FILED = Column("filed", _u16, "1", "true entries that reached the file today: bits of Act", fleeting=True)
MISFILED = Column(
    "misfiled", _u16, "1", "false entries that reached the file today: bits of Act", fleeting=True
)
RECORDED_SINCE = Column("recorded_since", _u16, "day+1", "an adverse true record is on file since, 0 none")
MISRECORDED_SINCE = Column(
    "misrecorded_since", _u16, "day+1", "an adverse false record is on file since, 0 none"
)
ERASURES = Inflow("erasures", _u8, "1", "why the registry must clear the record: bits of Erasure")
RESTORED = Column("restored", _u8, "1", "1 if a wrong record was cleared today", fleeting=True)
ATTRIBUTED = Column(
    "attributed", _u8, "1", "1 if what was said online today was tied to the name", fleeting=True
)
SUSPICION = Inflow("suspicion", _u8, "1", "reasons of today to look at the person", fleeting=True)
PRESSURE = Inflow("pressure", _u8, "1", "reasons of today to detain the person", fleeting=True)
FLAGGED = Column("flagged", _u8, "1", "1 while flagged as a risk")
LISTED_UNTIL = Column(
    "listed_until", _u16, "day+1", "on a blacklist until, 65535 without a term, 0 not listed", visible=True
)
DETAINED_UNTIL = Column("detained_until", _u16, "day+1", "detained until, 0 if free", visible=True)
SCORE = Column("score", _u16, "1/64 point", "the score on show", visible=True)
SHOWN_SCORE = Column(
    "shown_score", _u16, "1/64 point", "the score as others see it, 0 if they do not", visible=True
)  # fmt: skip
STAKE = Column("stake", _u8, "1", "why the person may mind the score: bits of Stake", visible=True)
WRONG_POINTS = Column("wrong_points", _u16, "1/64 point", "points lost for what the person did not do")
RIGHTS = Column(
    "rights", _u16, "1", "rights that are open: bits of Right", initial=int(sum(Right)), visible=True
)

# What protects people, given anew each morning.
SHIELDS = Inflow(
    "shields", _u16, "1", "safeguards that cover the person today: bits of Shield",
    fleeting=True, visible=True,
)  # fmt: skip
LOSS_CAP = Column("loss_cap", _u16, "1/64 point", "most points that today may take, 0 any", fleeting=True)
TERM_CAP = Column("term_cap", _u16, "day", "longest detention or listing from today, 0 any", fleeting=True)

# What an authority decides for the town: value * 65,535 + 1, added anew each day; 0 if none decides.
TOLERANCE = Tally("tolerance", "1/65535, plus 1", "what may be said")
SEVERITY = Tally("severity", "1/65535, plus 1", "how hard saying more is punished")
SURVEILLANCE = Tally("surveillance", "1/65535, plus 1", "chance that what is said is observed")
GROWTH = Tally("growth", "1/65535, plus 32768", "growth a year plus one half")

# What the town counts in a day.
SEARCHES = Tally("searches", "1", "searches that cameras sent to be identified")
RENEWALS = Tally("renewals", "1", "rows whose person died or was born: see NEWBORN")


def columns() -> tuple[Column[Any], ...]:
    """Every column above, in order of their names."""
    found = [value for value in globals().values() if isinstance(value, Column)]
    return tuple(sorted(found, key=lambda column: column.name))
