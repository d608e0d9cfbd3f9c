"""The oracle: everything that can be done about a Space, and what must come of it.

A row is a deed with all ways to do it, then who reads what and what changes. Whoever adds a button or a command adds a
row, or the matrix fails.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from spaces.admitting import NO_INVITATIONS
from tests.bot.cast import QUESTION, ROLES
from tests.bot.deeds import Deed, Expected, form, menu, press, run
from ui.custom_ids import Kind

HOSTS = ("Ada", "Cora", "Mod")
ON_STAGE = ("Ada", "Cora", "Sam")

NOT_HOST = "Ada hosts this Space. Raise your hand, or ask in chat."
ONLY_HOST = "Only Ada chooses co-hosts."
NOT_YOURS = "Only Ada hands the Space over."
JOIN_FIRST = "Join **What we read** first"
UNKNOWN_HERE = "I know no such Space in this server."
SILENTLY = ""


def for_hosts(
    sentence: str, changes: dict[str, Any] | None = None, *, instead: Collection[Expected] = ()
) -> tuple[Expected, ...]:
    """Only hosts, co-hosts and moderators; ``instead`` is what they get in some state."""
    return (*instead, Expected(sentence, changes or {}, HOSTS), Expected(NOT_HOST))


def hosts_at(state: str, sentence: str) -> Expected:
    """What hosts get in one state."""
    return Expected(sentence, who=HOSTS, state=state)


def whole_life(sentence: str, changes: dict[str, Any] | None = None) -> tuple[Expected, ...]:
    """For everybody of the server, also when the Space is over."""
    here = [name for name in ROLES if name != "Fay"]
    return (Expected(sentence, changes or {}), Expected(sentence, changes or {}, here, "ended"))


ABROAD = tuple(
    Expected(UNKNOWN_HERE, who=("Fay",), state=state) for state in ("live", "locked", "hands closed", "ended")
)
RAISED = (
    Expected(JOIN_FIRST, who=("Out",)),
    Expected("You're on stage already", who=ON_STAGE),
    Expected("You're invited already", who=("Ivy",)),
)
CLOSED = Expected("Hands are closed at the moment.", who=("Lis", "Mod"), state="hands closed")
ENDS = {"state": "ended"}

DEEDS = (
    # The console, and what is as a command what is there a button.
    Deed((press(Kind.CONSOLE), press(Kind.PERSON, choose="Lis")), for_hosts("Host console")),
    Deed((press(Kind.NEXT), run("speakers next")), for_hosts("Hal is invited", {"Hal": f"invited, asks {QUESTION}"})),
    Deed(
        (press(Kind.INVITE, "Lis"), run("speakers invite", person="Lis"), menu("Invite to speak", "Lis")),
        for_hosts("Lis is invited", {"Lis": "invited"}),
    ),
    Deed(
        (press(Kind.TO_AUDIENCE, "Sam"), run("speakers audience", person="Sam"), menu("Move to audience", "Sam")),
        for_hosts("Sam is in the audience.", {"Sam": "listening"}),
    ),
    Deed(
        (press(Kind.MORE_TIME, "Sam"), run("speakers extend", person="Sam")),
        for_hosts("Sam has no turn that could be extended."),
    ),
    Deed((press(Kind.LOWER_ALL),), for_hosts("1 hand is down.", {"Hal": "listening"})),
    Deed((press(Kind.SHOW_QUESTION, "Hal"),), for_hosts("The room sees what Hal asks.", {"shows": "Hal"})),
    Deed((press(Kind.HIDE_QUESTION, "Hal"),), for_hosts("No question is shown.")),
    Deed((press(Kind.QUIET_STAGE),), for_hosts("Quiet the stage?")),
    Deed(
        (press(Kind.QUIET_CONFIRMED), run("speakers quiet")),
        for_hosts("2 people moved to the audience.", {"Sam": "listening", "Ivy": "listening"}),
    ),
    Deed((press(Kind.REMOVE, "Lis"),), for_hosts("Remove Lis?")),
    Deed((press(Kind.SEND_OUT, "Lis"),), for_hosts("Lis is removed. They may join again.", {"Lis": "away"})),
    Deed(
        (press(Kind.KEEP_OUT, "Lis"), run("speakers remove", person="Lis")),
        for_hosts("Lis is removed. They can't join again", {"Lis": "away, kept out"}),
    ),
    Deed(
        (press(Kind.KEEP_OUT, "Ada"), run("speakers remove", person="Ada")),
        (
            Expected("That would be yourself.", who=("Ada",)),
            Expected("Ada hosts this Space.", who=("Cora",)),
            *for_hosts("A Space can't do without its host."),
        ),
    ),
    Deed(
        (press(Kind.SEND_OUT, "Cora"),),
        (
            Expected("That would be yourself.", who=("Cora",)),
            *for_hosts("Cora is removed. They may join again.", {"Cora": "away, co-host"}),
        ),
    ),
    Deed((run("speakers readmit", person="Bea"),), for_hosts("Bea may join again.", {"Bea": "away"})),
    Deed((run("speakers readmit", person="Lis"),), for_hosts("Lis is not kept out.")),
    Deed((run("speakers mute", person="Lis"),), (Expected("This server mutes by moving to the audience."),)),
    Deed((run("speakers unmute", person="Lis"),), for_hosts("I have not muted Lis.")),
    Deed(
        (press(Kind.OPEN_HANDS),),
        (
            Expected("Hands are open.", {"hands open": True}, HOSTS, "hands closed"),
            *for_hosts("Hands are open already."),
        ),
    ),
    Deed(
        (press(Kind.CLOSE_HANDS),),
        for_hosts(
            "Hands are closed. Those that are up stay up.",
            {"hands open": False},
            instead=[hosts_at("hands closed", "Hands are closed already.")],
        ),
    ),
    Deed(
        (press(Kind.LOCK), run("speakers lock", locked=True)),
        for_hosts("is locked.", {"locked": True}, instead=[hosts_at("locked", "The Space is locked already.")]),
    ),
    Deed(
        (press(Kind.UNLOCK), run("speakers lock", locked=False)),
        (
            Expected("The Space is unlocked.", {"locked": False}, HOSTS, "locked"),
            *for_hosts("The Space is unlocked already."),
        ),
    ),
    Deed((run("space edit", title="What we hear"),), for_hosts("is changed.", {"title": "What we hear"})),
    Deed(
        (run("space cohost", person="Out"),),
        (Expected("Out is a co-host now.", {"Out": "away, co-host"}, ("Ada", "Mod")), Expected(ONLY_HOST)),
    ),
    Deed(
        (run("space cohost", person="Cora", action="remove"),),
        (Expected("Cora is no co-host any more.", {"Cora": "on stage"}, ("Ada", "Mod")), Expected(ONLY_HOST)),
    ),
    Deed(
        (press(Kind.HAND_OVER, "Cora"), run("space handover", person="Cora")),
        (Expected("over to Cora?", who=("Ada", "Mod")), Expected(NOT_YOURS)),
    ),
    Deed(
        (press(Kind.HAND_OVER_CONFIRMED, "Cora"),),
        (
            Expected(
                "Cora hosts **What we read** now.",
                {"host": "Cora", "Cora": "on stage", "Ada": "on stage, co-host"},
                ("Ada", "Mod"),
            ),
            Expected(NOT_YOURS),
        ),
    ),
    Deed((press(Kind.RESUME),), for_hosts("The Space is not paused.")),
    Deed(
        (run("space invite", person="Lis"),),
        (
            Expected(JOIN_FIRST, who=("Out",)),
            Expected("You are here already.", who=("Lis",)),
            Expected("Lis is here already."),
        ),
    ),
    Deed(
        (run("space invite", person="Bea"),),
        (
            Expected(JOIN_FIRST, who=("Out",)),
            Expected("Bea was removed.", who=("Ada", "Cora")),
            Expected(NO_INVITATIONS),
        ),
    ),
    Deed((press(Kind.CAPTIONS_ON), run("transcript on")), for_hosts("Captions are on.", {"captions": True})),
    Deed((press(Kind.CAPTIONS_OFF), run("transcript off")), for_hosts("Captions are off already.")),
    Deed((press(Kind.END),), for_hosts("for everyone?")),
    Deed((press(Kind.END_CONFIRMED), run("space end")), for_hosts("is over. It lasted", ENDS)),
    # The panel, and what is as a command what is there a button.
    Deed(
        (press(Kind.RAISE_HAND), run("hand raise")),
        (
            *RAISED,
            CLOSED,
            Expected("Your hand is up already: you're first", who=("Hal",)),
            Expected("You're 2nd", {"self": "hand up"}),
        ),
    ),
    Deed(
        (form(Kind.QUESTION_FORM, {"Your question": "Why?"}), form(Kind.HAND_FORM, {"Your question": "Why?"})),
        (
            *RAISED,
            CLOSED,
            Expected("Your hand is up already: you're first", {"self": "hand up, asks Why?"}, ("Hal",)),
            Expected("You're 2nd", {"self": "hand up, asks Why?"}),
        ),
    ),
    Deed(
        (press(Kind.LOWER_HAND), run("hand lower")),
        (
            Expected(JOIN_FIRST, who=("Out",)),
            Expected("Your hand is down.", {"self": "listening"}, ("Hal",)),
            Expected("Your hand is not up"),
        ),
    ),
    Deed((press(Kind.ASK),), (Expected("Your question"),)),
    Deed((run("hand queue"),), (Expected("1 hand up"),)),
    Deed(
        (press(Kind.REACT, extra="clap"),), (Expected(JOIN_FIRST, who=("Out",)), Expected(SILENTLY, {"reactions": 1}))
    ),
    Deed((press(Kind.MORE_GESTURES),), (Expected("Press as often as you like"),)),
    Deed(
        (run("react", gesture="Clap"),), (Expected(JOIN_FIRST, who=("Out",)), Expected("Clap sent", {"reactions": 1}))
    ),
    Deed(
        (press(Kind.SHARE),),
        (Expected("Link", who=(*HOSTS, "Sam")), Expected("Speakers and hosts share links here.")),
    ),
    Deed(
        (form(Kind.SHARE_FORM), run("share", link=...)),
        (
            Expected("Shared with the room.", {"posts": 1}, (*HOSTS, "Sam")),
            Expected("Speakers and hosts share links here."),
        ),
    ),
    Deed((press(Kind.REPORT), press(Kind.REPORT, "Sam"), menu("Report", "Bea")), (Expected("What happened"),)),
    Deed((run("report", reason="Noise"),), (Expected("Thank you. The moderators have it.", {"reports": 1}),)),
    Deed(
        (form(Kind.REPORT_FORM, {"What happened": "Noise"}),),
        (*ABROAD, *whole_life("Thank you. The moderators have it.", {"reports": 1})),
    ),
    Deed((run("space info"),), (Expected("**Hosts:** Ada, Cora"),)),
    Deed((run("space list"),), (Expected("1 Space is live"),)),
    # One's own words: anybody of the server may choose beforehand, and take back afterwards.
    Deed((press(Kind.TRANSCRIPT),), (*ABROAD, *whole_life("There is no transcript of that Space"))),
    Deed((run("transcript export"),), whole_life("There is no transcript of that Space")),
    Deed((press(Kind.MY_WORDS), run("transcript me")), (Expected("My words"),)),
    Deed((press(Kind.REMOVE_WORDS),), (*ABROAD, *whole_life("There was nothing of yours to remove here."))),
    Deed((press(Kind.RECEIPT),), (*ABROAD, *whole_life("You have not chosen yet"))),
    Deed((press(Kind.CHOOSE),), (Expected("What I say"),)),
    Deed(
        (form(Kind.CONSENT_FORM, {"What I say": "Captions and transcript"}),),
        (Expected("Captions and transcript", {"consents": 1}),),
    ),
    Deed((press(Kind.STOP),), (Expected("Nothing you say is written down", {"consents": 1}),)),
)
ELSEWHERE = {
    "/space create",
    "/block add",
    "/block list",
    "/block remove",
    "/privacy erase",
    "/privacy invitations",
    Kind.ERASE_CONFIRMED,
}
"""What is about no Space, or about oneself in all of them."""
