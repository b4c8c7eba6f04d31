// Reads every published schema as other people's programs do: builds it, validates it, takes it through introspection
// and back. Prints what is wrong, what has no description, and what scalar says nowhere how it is written.
import { readFileSync } from 'node:fs'
import {
  buildClientSchema, buildSchema, introspectionFromSchema, isIntrospectionType, isScalarType, isSpecifiedDirective,
  isSpecifiedScalarType, lexicographicSortSchema, printSchema, validateSchema,
} from 'graphql'

// Everything of a schema that a description can stand on, by name; what the specification defines is left out.
function* describable(schema) {
  for (const directive of schema.getDirectives().filter((one) => !isSpecifiedDirective(one))) {
    yield [`@${directive.name}`, directive]
    for (const argument of directive.args) yield [`@${directive.name}(${argument.name}:)`, argument]
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue
    yield [type.name, type]
    for (const value of type.getValues?.() ?? []) yield [`${type.name}.${value.name}`, value]
    for (const field of Object.values(type.getFields?.() ?? {})) {
      yield [`${type.name}.${field.name}`, field]
      for (const argument of field.args ?? []) yield [`${type.name}.${field.name}(${argument.name}:)`, argument]
    }
  }
}

let faults = 0
for (const file of process.argv.slice(2)) {
  const say = (fault) => { faults += 1; console.log(`${file}: ${fault}`) }
  try {
    const schema = buildSchema(readFileSync(file, 'utf8'))
    for (const error of validateSchema(schema)) say(error.message)
    for (const [name, one] of describable(schema)) {
      if (!one.description?.trim()) say(`${name} has no description`)
      if (isScalarType(one) && !one.specifiedByURL) say(`${name} names no specification`)
    }
    const again = buildClientSchema(introspectionFromSchema(schema))
    const text = (one) => printSchema(lexicographicSortSchema(one))
    if (text(again) !== text(schema)) say('introspection gives another schema')
  } catch (error) {
    say(error.message)
  }
}
process.exit(faults === 0 ? 0 : 1)
