// Asks the API one thing as a program in JavaScript does, with graphql-request: reads what, of whom and as whom from
// standard input, checks it against the published schema, sends it, and prints the data.
import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { GraphQLClient } from 'graphql-request'

const { url, token, schema, document, variables } = JSON.parse(readFileSync(0, 'utf8'))
const faults = validate(buildSchema(schema), parse(document))
if (faults.length > 0) throw new AggregateError(faults, faults.map((fault) => fault.message).join('; '))
const client = new GraphQLClient(url, { headers: { Authorization: `Bearer ${token}` } })
console.log(JSON.stringify(await client.request(document, variables)))
