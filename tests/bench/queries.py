"""What is measured: for each kind of request what Onroll is asked, what the limit is asked, and what both must say.

What must not live here: starting anything, and measuring."""

import datetime
import json
import re
import urllib.parse

FRESH_KEY = "FRESH-KEY-" + "0" * 14
REFERENCE = re.compile(r"\bC-[0-9A-Z]{4}-[0-9A-Z]{4}\b")
OPEN_STATES = ("enquiry", "open", "placement", "tracking_out")

LIST = """
query List($state: [CaseState!], $after: String) {
  cases(filter: { state: $state }, sort: DUE, first: 25, after: $after) {
    nodes {
      reference state dueOn risk
      child { familyName givenNames dateOfBirth }
      school { name }
      officer { name }
      timeline(first: 3) { title at }
    }
  }
}
"""

CASE = """
query Whole($reference: String!) {
  case(reference: $reference) {
    reference state whereabouts openedAt closedAt dueOn risk
    child { id familyName givenNames dateOfBirth upn sex yearGroup }
    school { urn name phase postcode }
    officer { name }
    timeline(first: 50) { seq title at by details { label value } }
    escalations { id raisedAt level answeredAt }
  }
}
"""

SEARCH = """
query Search($search: String!) {
  cases(filter: { search: $search }, sort: NAME, first: 25) {
    nodes { reference state child { familyName givenNames dateOfBirth upn } }
  }
}
"""

SUBMIT = "mutation Submit($input: SendReportInput!) { sendReport(input: $input) { reference } }"

STATISTICS = "query States { caseStatistics(by: STATE) { code count { value } } }"

PLACES = """
query Places($state: [CaseState!], $first: Int!, $after: String) {
  cases(filter: { state: $state }, sort: DUE, first: $first, after: $after) {
    nodes { reference }
    pageInfo { endCursor }
  }
}
"""


class Request:
    """One request: its method, its path and its body."""

    def __init__(self, path, body=None):
        self.path, self.body = path, body
        self.method = "GET" if body is None else "POST"


def graphql(document, **variables):
    query = " ".join(document.split())
    return Request("/graphql", json.dumps({"query": query, "variables": variables}))


def path(where, **parameters):
    given = {name: value for name, value in parameters.items() if value is not None}
    return where + ("?" + urllib.parse.urlencode(given) if given else "")


def moment(text):
    return text and datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def code(text):
    """A code as the database spells it."""
    return text and text.lower()


def data(body):
    answer = json.loads(body)
    if answer.get("errors"):
        raise ValueError(json.dumps(answer["errors"])[:300])
    return answer["data"]


def name(thing):
    return thing and thing["name"]


def listed(cases):
    return [
        (
            case["reference"], code(case["state"]), case["dueOn"], code(case["risk"]), child(case["child"]),
            name(case["school"]), name(case["officer"]), [moment(fact["at"]) for fact in case["timeline"]],
        )
        for case in cases
    ]


def child(told):
    return told["familyName"], told["givenNames"], told["dateOfBirth"]


def found(cases):
    return [(case["reference"], code(case["state"]), child(case["child"]), case["child"]["upn"]) for case in cases]


def whole(case):
    facts = [(fact["seq"], moment(fact["at"]), fact["by"]) for fact in case["timeline"]]
    flags = [(code(flag["level"]), moment(flag["raisedAt"]), moment(flag["answeredAt"])) for flag in case["escalations"]]
    return (
        case["reference"], code(case["state"]), code(case["whereabouts"]), moment(case["openedAt"]),
        moment(case["closedAt"]), code(case["risk"]), child(case["child"]), case["child"]["upn"], name(case["school"]),
        name(case["officer"]), facts, flags,
    )


def references(body):
    """The references on a page, each once, in their order."""
    return list(dict.fromkeys(REFERENCE.findall(body.decode())))


class Kind:
    """One kind of request. `pairs` are what Onroll and the limit are asked for the same thing; `ours` and `theirs` bring
    the two answers into one form, in which they must be equal."""

    def __init__(self, title, pairs, ours, theirs, writes=False):
        self.title, self.pairs, self.ours, self.theirs, self.writes = title, pairs, ours, theirs, writes


def report(number):
    told = {
        "danger": "NO", "harm": "NO", "familyName": f"Report{number:03}", "givenNames": "Load", "dateOfBirth": "2016-05-05",
        "address": "12 Sample Street, Sampleton", "lastSchool": "Alder Bank Primary School",
        "concern": "The child is out on every school day, and nobody has seen the family since the summer. " * 2,
        "reporterRole": "A neighbour",
    }
    answers = [{"field": field, "values": [value]} for field, value in told.items()]
    ours = graphql(SUBMIT, input={"key": FRESH_KEY, "answers": answers})
    theirs = {name: told[name] for name in ("familyName", "givenNames", "dateOfBirth", "concern")}
    return ours, Request("/submit.json", json.dumps(theirs))


def kinds(places, cases, searches):
    """All kinds, in the order in which they are measured. `places` are states with a place deep in their list: the
    cursor, and the day and the id of the case there. `cases` are references, `searches` beginnings of names with
    years."""
    states = OPEN_STATES
    both = lambda body: listed(json.loads(body)["cases"])  # noqa: E731
    ours_listed = lambda body: listed(data(body)["cases"]["nodes"])  # noqa: E731
    return [
        Kind(
            "list of 25 cases with child, school, officer and latest 3 facts",
            [(graphql(LIST, state=[state.upper()]), Request(path("/cases.json", state=state))) for state in states],
            ours_listed, both,
        ),
        Kind(
            "the same, deep in the list",
            [
                (
                    graphql(LIST, state=[place["state"].upper()], after=place["cursor"]),
                    Request(path("/cases.json", state=place["state"], due=place["due"], id=place["id"])),
                )
                for place in places
            ],
            ours_listed, both,
        ),
        Kind(
            "one case whole",
            [(graphql(CASE, reference=case), Request(path("/case.json", reference=case))) for case in cases],
            lambda body: whole(data(body)["case"]), lambda body: whole(json.loads(body)["case"]),
        ),
        Kind(
            "search by beginning of name and year of birth",
            [
                (graphql(SEARCH, search=f"{prefix} {year}"), Request(path("/search.json", prefix=prefix, year=year)))
                for prefix, year in searches
            ],
            lambda body: found(data(body)["cases"]["nodes"]), lambda body: found(json.loads(body)["cases"]),
        ),
        Kind(
            "page of 25 cases",
            [(Request(path("/cases", state=state.upper())), Request(path("/cases", state=state))) for state in states],
            references, references,
        ),
        Kind(
            "page of one case",
            [(Request(f"/cases/{case}"), Request(path("/case", reference=case))) for case in cases],
            lambda body: references(body)[:1], lambda body: references(body)[:1],
        ),
        Kind(
            "open cases by state",
            [(graphql(STATISTICS), Request("/statistics.json"))],
            lambda body: sorted((code(row["code"]), row["count"]["value"]) for row in data(body)["caseStatistics"]),
            lambda body: sorted((row["code"], row["count"]) for row in json.loads(body)["states"]),
        ),
        Kind(
            "report by form (3 inserts)",
            [report(number) for number in range(50)],
            lambda body: bool(data(body)["sendReport"]["reference"]),
            lambda body: bool(json.loads(body)["reference"]), writes=True,
        ),
    ]
