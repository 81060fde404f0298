-- Of five requests one adds a dataset under a name of its own; the others read four different pages.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  count, added, failed = 0, 0, 0
  local env = os.getenv
  cookies = "visitor=" .. env("VISITOR") .. "; login=" .. env("LOGIN")
  csrf = env("CSRF")
  pages = { "/users?per_page=50", env("HOME_PAGE"), "/books", "/models" }
  run = os.time()
end

function request()
  count = count + 1
  if count % 5 ~= 0 then
    return wrk.format("GET", pages[count % 5], { Cookie = cookies })
  end
  local name = string.format("load+%d+%d+%d", run, number, count)
  local headers = { Cookie = cookies, ["Content-Type"] = "application/x-www-form-urlencoded" }
  return wrk.format("POST", "/datasets/new", headers, "csrf=" .. csrf .. "&records=1&name=" .. name)
end

function response(status)
  if status == 303 then
    added = added + 1
  elseif status ~= 200 then
    failed = failed + 1
  end
end

function done()
  local added, failed = 0, 0
  for _, thread in ipairs(threads) do
    added = added + thread:get("added")
    failed = failed + thread:get("failed")
  end
  print(string.format("load: added %d failed %d", added, failed))
end
