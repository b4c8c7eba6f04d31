-- Sends the requests of a file in turn, one on each line: method, path, cookie and body, with tabs between. A body may
-- hold FRESH-KEY, which becomes a key that no other request has. Prints what was counted as one line of JSON.

local requests, sent = {}, 0
local FRESH = "FRESH%-KEY"

function init(arguments)
  for line in io.lines(arguments[1]) do
    local method, path, cookie, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = {}
    if cookie ~= "" then headers["Cookie"] = cookie end
    if body ~= "" then headers["Content-Type"] = "application/json" else body = nil end
    requests[#requests + 1] = wrk.format(method, path, headers, body)
  end
  run = arguments[2]
end

function request()
  sent = sent + 1
  local text = requests[(sent - 1) % #requests + 1]
  if text:find(FRESH) then
    -- As long as what it replaces, because the length of the body has been said already.
    text = text:gsub(FRESH .. "%-" .. ("0"):rep(14), ("%s-%013d"):format(run, sent))
  end
  return text
end

function done(summary, latency)
  local errors = summary.errors
  local bad = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(("COUNTED {\"requests\": %d, \"bytes\": %d, \"bad\": %d, \"median\": %.3f}\n"):format(
    summary.requests, summary.bytes, bad, latency:percentile(50) / 1000))
end
