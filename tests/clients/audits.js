// Runs the audits of GraphQL over HTTP against ADDRESS with the cookies COOKIE, and prints each that does not hold.
import { serverAudits } from 'graphql-http'

const { ADDRESS, COOKIE } = process.env
const fetchFn = (url, init = {}) =>
  fetch(url, { ...init, headers: { ...init.headers, cookie: COOKIE } })

let held = 0
let broken = 0
for (const audit of serverAudits({ url: `${ADDRESS}/graphql`, fetchFn })) {
  const result = await audit.fn()
  if (result.status === 'ok') {
    held += 1
  } else {
    broken += 1
    console.log(`${audit.id} ${audit.name}: ${result.reason}`)
  }
}
console.log(`${held} hold, ${broken} do not`)
