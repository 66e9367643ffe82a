-- load.lua - wrk -s load.lua URL -- GET|POST [SESSIONS]: each thread, with its one connection, is a citizen of its own.
-- A line of SESSIONS: cookie, CSRF token, version of the draft.  A POST is the form of /apply/details with another address
-- each time, so every one of them is saved; the version is the one that the saving before it has made.

local threads = {}

function setup(thread)
	thread:set("id", #threads + 1)
	table.insert(threads, thread)
end

local function session(file)
	local n = 0
	for line in io.lines(file) do
		n = n + 1
		if n == id then
			return line:match("(%S+) (%S+) (%S+)")
		end
	end
end

local fields = "intent=next&occupation=17&district=110105&bank=313&branch=3130001"
	.. "&address=%E5%B9%B8%E7%A6%8F%E8%B7%AF+12+%E5%8F%B7%E9%99%A2+3+%E5%8F%B7%E6%A5%BC+"

function init(args)
	local cookie, csrf, version
	refused, count = 0, 0
	if args[2] then
		cookie, csrf, version = session(args[2])
		wrk.headers["Cookie"] = cookie
	end
	if args[1] == "POST" then
		wrk.method = "POST"
		wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
		version = tonumber(version)
		request = function()
			count = count + 1
			return wrk.format(nil, nil, nil,
				string.format("csrf=%s&version=%d&%s%d", csrf, version, fields, 1000 + count))
		end
		response = function(status, _, body)
			if status == 303 then
				version = version + 1
			else
				-- wrk itself counts what is 400 and more.
				refused = refused + (status < 400 and 1 or 0)
				version = tonumber(body:match('name="version" value="(%d+)"')) or version
			end
		end
	end
end

function done(summary, latency)
	local bad = summary.errors.connect + summary.errors.read + summary.errors.write
		+ summary.errors.status + summary.errors.timeout
	for _, thread in ipairs(threads) do
		bad = bad + (thread:get("refused") or 0)
	end
	print(string.format("RESULT %d %d %d %d %d", summary.requests, summary.duration,
		latency:percentile(99), summary.bytes, bad))
end
