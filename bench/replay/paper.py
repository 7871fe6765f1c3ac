"""The report as text for a terminal."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator

from bench.replay.findings import ActFindings, ClientFindings, Findings, Row

WIDTH = 100
_VERDICTS = {"send": "told", "digest": "in the digest", "hold": "not told"}
_CHANNELS = {"in_app": "in the app", "email": "by mail", "chat": "in the chat"}
_SHORTENED = ("wrong_company", "old")
"""Outcomes of rows that are only counted here; report.json lists every one."""


def render(findings: Findings, *, folder: str) -> str:
    """Return the whole report; `folder` is where mails and JSON are."""
    lines = [_rule("="), f"REPLAY with {findings.play}", _rule("=")]
    for number, act in enumerate(findings.acts, start=1):
        lines += ["", f"ACT {number}: {act.title}   ({act.day})", _rule("-"), *_act(act, folder)]
    lines += ["", _rule("="), *_ending(findings, folder)]
    return "\n".join(lines) + "\n"


def _act(act: ActFindings, folder: str) -> Iterator[str]:
    reason = f" ({_words(act.reason)})" if act.reason else ""
    seconds = f" in {act.seconds:.1f} s" if act.seconds is not None else ""
    yield f"Run: {act.status}{reason}{seconds}"
    counts = ", ".join(f"{_words(name)} {count}" for name, count in act.counts.items() if count)
    yield from _wrapped(f"Figures: {counts}", 0)
    for client in act.clients:
        yield ""
        yield from _client(client)
    yield ""
    yield f"Mails ({len(act.mails)})"
    for mail in act.mails:
        yield from _wrapped(f"- to {mail['to']}: {mail['subject']}", 2)
        yield f"      {mail['status']}, {folder}/mails/{mail['file']}"
    yield ""
    yield "What the local server answered"
    for reply in act.answered:
        yield from _wrapped(_reply(reply), 2)


def _client(client: ClientFindings) -> Iterator[str]:
    yield f"{client.name.upper()}   owner {client.owner}; {client.status}"
    for source in client.sources:
        message = f": {source['message']}" if source["message"] else ""
        yield from _wrapped(
            f"source {source['source']}: {_words(source['status'])}, "
            f"{source['found']} results{message}",
            2,
        )
    yield from _wrapped(_crm(client.crm), 2)
    for notice in client.notices:
        yield from _wrapped(f"notice: {notice}", 2)
    yield from _raw_rows(client.raw_rows)
    for event in client.events:
        yield from _event(event)


def _crm(crm: Row | None) -> str:
    if crm is None:
        return "CRM: no account"
    cases = "; ".join(crm["open_cases"]) or "none"
    return (
        f"CRM: {crm['provider']}, account “{crm['account']}”, ARR {_money(crm['arr'])}, renewal "
        f"{crm['renewal_on'] or 'not known'}, open cases: {cases}, engagement "
        f"{_score(crm['engagement'])} ({crm['provenance']})"
    )


def _raw_rows(rows: Iterable[Row]) -> Iterator[str]:
    rows = list(rows)
    outcomes = Counter(_words(row["outcome"]) for row in rows)
    counted = ", ".join(f"{count} {name}" for name, count in outcomes.most_common())
    yield f"  raw rows: {len(rows)}" + (f" ({counted})" if rows else "")
    for row in rows:
        if row["outcome"] in _SHORTENED and len(rows) > len(_SHORTENED) * 4:
            continue
        why = f" ({row['reason']})" if row["reason"] else ""
        yield from _wrapped(f"[{row['source']}] {row['title']} → {_words(row['outcome'])}{why}", 4)


def _event(event: Row) -> Iterator[str]:
    yield from _wrapped(f"EVENT {event['title']}", 2)
    fallback = " after a model failed" if event["by_fallback"] else ""
    yield from _wrapped(
        f"{_words(event['category'])}, {event['severity']}; relevance {event['relevance']:.2f}, "
        f"sentiment {round(event['sentiment'], 2) + 0.0:+.2f}, risk {event['risk']}, "
        f"urgency {event['urgency']}; "
        f"judged by {event['classified_by']}{fallback}; {event['provenance']}",
        6,
    )
    if event["insight"]:
        by = event["insight"]["by"]
        yield from _wrapped(f"insight ({by}): {event['insight']['why_it_matters']}", 6)
        for action in event["insight"]["actions"]:
            yield from _wrapped(f"to do: {action}", 6)
    for decision in event["decisions"]:
        how = f"{_CHANNELS[decision['channel']]}: {_VERDICTS[decision['verdict']]}"
        yield from _wrapped(f"{decision['user']}, {how}, {decision['reason']}", 6)


def _reply(reply: Row) -> str:
    times = f" ({reply['times']} times)" if reply["times"] > 1 else ""
    made = f", made: {reply['made']}" if reply["made"] else ""
    return f"{reply['service']}, {reply['client']}: {reply['status']} {reply['file']}{made}{times}"


def _ending(findings: Findings, folder: str) -> Iterator[str]:
    yield "Made in an envelope from the request; everything else was sent as it lies in its file:"
    for made in findings.made:
        yield from _wrapped(f"- {made['times']} x {made['what']}, in {made['envelope']}", 2)
    yield "Where the records come from:"
    for what, counts in findings.provenance.items():
        counted = ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"
        yield f"  - {what}: {counted}"
    sent = ", ".join(f"{count} by {name}" for name, count in findings.mail_providers.items())
    yield f"  - mails: {sent or 'none'}; {findings.pending_mails} waiting"
    if findings.problems:
        yield "PROBLEMS"
        yield from (f"  - {problem}" for problem in findings.problems)
    else:
        yield "No mock took part, every run came to its end and every mail is in its file."
    yield f"All of it as data: {folder}/report.json"


def _wrapped(text: str, indent: int) -> list[str]:
    start = " " * indent
    more = start + "    "
    return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=more)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _money(amount: float | None) -> str:
    return "not known" if amount is None else f"{amount:,.0f}"


def _score(score: float | None) -> str:
    return "not known" if score is None else f"{score:.2f}"


def _rule(letter: str) -> str:
    return letter * WIDTH
