"""Asks the API one thing as a program in Python does, with gql: reads what, of whom and as whom from standard input,
checks it against the published schema, sends it, and prints the data."""

import json
import sys

from gql import Client, gql
from gql.transport.requests import RequestsHTTPTransport

asked = json.load(sys.stdin)
transport = RequestsHTTPTransport(url=asked["url"], headers={"Authorization": f"Bearer {asked['token']}"})
# With a schema, the client checks what it is given before it sends it.
client = Client(schema=asked["schema"], transport=transport)
question = gql(asked["document"])
question.variable_values = asked["variables"]
print(json.dumps(client.execute(question)))
