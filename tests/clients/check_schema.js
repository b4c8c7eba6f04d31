// Reads every published schema as other people's programs do: builds it, validates it, takes it through introspection
// and back. Prints what is wrong, and what has no description.
import { readFileSync } from 'node:fs'
import {
  buildClientSchema, buildSchema, introspectionFromSchema, lexicographicSortSchema, printSchema, validateSchema,
} from 'graphql'

let faults = 0
for (const file of process.argv.slice(2)) {
  const say = (fault) => { faults += 1; console.log(`${file}: ${fault}`) }
  try {
    const schema = buildSchema(readFileSync(file, 'utf8'))
    for (const error of validateSchema(schema)) say(error.message)
    const again = buildClientSchema(introspectionFromSchema(schema))
    const text = (one) => printSchema(lexicographicSortSchema(one))
    if (text(again) !== text(schema)) say('introspection gives another schema')
  } catch (error) {
    say(error.message)
  }
}
process.exit(faults === 0 ? 0 : 1)
